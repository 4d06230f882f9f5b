#pragma once
// The thread of an HttpClient: libcurl's multi interface (https://curl.se/libcurl/c/libcurl-multi.html). Internal to this folder.

#include "service/clients/http_client.h"

#include <mutex>
#include <thread>
#include <vector>

#include <curl/curl.h>

namespace oo {

class HttpTransfers
{
public:
    explicit HttpTransfers(QObject &owner);
    ~HttpTransfers();
    HttpTransfers(const HttpTransfers &) = delete;
    HttpTransfers &operator=(const HttpTransfers &) = delete;

    void add(const HttpCall &call, HttpClient::Done done); // thread-safe

private:
    struct Transfer;
    struct Finished
    {
        HttpClient::Done done;
        HttpAnswer answer;
    };

    void run();
    bool startWaiting(); // false: the client is going away
    std::vector<Finished> takeFinished();
    void deliver(std::vector<Finished> finished);

    QObject &m_owner;
    CURLM *m_multi = nullptr;
    std::vector<std::unique_ptr<Transfer>> m_idle; // handles to use again; of the thread alone
    std::vector<std::unique_ptr<Transfer>> m_running;

    std::mutex m_mutex; // guards the two below
    std::vector<std::pair<HttpCall, HttpClient::Done>> m_waiting;
    bool m_leaving = false;
    std::thread m_thread;
};

} // namespace oo
