#include "service/clients/http_client.h"

#include "service/clients/http_transfers.h"

namespace oo {

HttpClient::HttpClient() : m_transfers(std::make_unique<HttpTransfers>(m_owner)) {}

HttpClient::~HttpClient() = default;

void HttpClient::send(const HttpCall &call, Done done)
{
    m_transfers->add(call, std::move(done));
}

} // namespace oo
