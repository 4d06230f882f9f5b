#include "service/http/refusal_answer.h"

#include "shared/core/json_text.h"

namespace oo {

namespace {

struct ReasonRow
{
    int status;
    const char *code;
    const char *phrase;
};
constexpr ReasonRow kReasons[] = {
    {400, "bad_request", "Bad Request"},
    {408, "request_timeout", "Request Timeout"},
    {413, "payload_too_large", "Payload Too Large"},
    {414, "uri_too_long", "URI Too Long"},
    {417, "expectation_failed", "Expectation Failed"},
    {431, "header_fields_too_large", "Request Header Fields Too Large"},
    {500, "internal_error", "Internal Server Error"},
    {501, "not_implemented", "Not Implemented"},
    {503, "unavailable", "Service Unavailable"},
    {505, "version_not_supported", "HTTP Version Not Supported"},
};

const ReasonRow &reasonOf(int status)
{
    for (const auto &row : kReasons) {
        if (row.status == status)
            return row;
    }
    return kReasons[0];
}

} // namespace

QByteArray refusalAnswer(const HttpRefusal &refusal)
{
    const auto &reason = reasonOf(refusal.status);
    QByteArray inner;
    JsonObjectWriter error(inner);
    error.string("code", reason.code);
    error.string("message", refusal.message);
    error.close();
    QByteArray body;
    JsonObjectWriter json(body);
    json.raw("error", inner);
    json.close();
    QByteArray answer = "HTTP/1.1 " + QByteArray::number(refusal.status) + ' ' + reason.phrase
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size())
                        + "\r\nConnection: close\r\n";
    if (refusal.status == 503)
        answer += "Retry-After: 1\r\n";
    return answer + "\r\n" + body;
}

} // namespace oo
