#include "service/clients/http_transfers.h"

#include <QMetaObject>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace oo {

namespace {

constexpr qsizetype kMaxAnswerBytes = 1024ll * 1024;
constexpr qint64 kMaxRetryAfterMs = 3600ll * 1000;
constexpr int kPollMs = 1000;

// Seconds (whole or decimal) or an HTTP date (RFC 9110 §10.2.3).
std::optional<qint64> retryAfterMs(const QByteArray &text)
{
    bool isNumber = false;
    const double seconds = text.toDouble(&isNumber);
    if (isNumber) {
        if (!(seconds >= 0)) // negative, or not a number at all
            return std::nullopt;
        return static_cast<qint64>(std::min(seconds * 1000, static_cast<double>(kMaxRetryAfterMs)));
    }
    const time_t at = curl_getdate(text.constData(), nullptr);
    if (at < 0)
        return std::nullopt;
    return std::clamp<qint64>((at - std::time(nullptr)) * 1000, 0, kMaxRetryAfterMs);
}

} // namespace

// One easy handle with what it reads from and writes to.
struct HttpTransfers::Transfer
{
    Transfer() : easy(curl_easy_init()) {}
    ~Transfer()
    {
        curl_easy_cleanup(easy);
        curl_slist_free_all(headers);
    }
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;

    void prepare(HttpCall next, HttpClient::Done whenDone);
    HttpAnswer answerOf(CURLcode code);

    static size_t giveBody(char *to, size_t size, size_t count, void *self);
    static size_t takeAnswer(char *from, size_t size, size_t count, void *self);

    CURL *easy;
    curl_slist *headers = nullptr;
    HttpCall call;
    HttpClient::Done done;
    QByteArray url;
    qsizetype given = 0; // bytes of the body
    QByteArray answer;
    bool tooLarge = false;
};

size_t HttpTransfers::Transfer::giveBody(char *to, size_t size, size_t count, void *self)
{
    auto &transfer = *static_cast<Transfer *>(self);
    const auto bytes = std::min<qsizetype>(static_cast<qsizetype>(size) * static_cast<qsizetype>(count), transfer.call.body.size() - transfer.given);
    if (bytes > 0)
        std::memcpy(to, transfer.call.body.constData() + transfer.given, static_cast<size_t>(bytes));
    transfer.given += bytes;
    return static_cast<size_t>(bytes);
}

size_t HttpTransfers::Transfer::takeAnswer(char *from, size_t size, size_t count, void *self)
{
    auto &transfer = *static_cast<Transfer *>(self);
    const auto bytes = static_cast<qsizetype>(size) * static_cast<qsizetype>(count);
    transfer.tooLarge = transfer.tooLarge || transfer.answer.size() + bytes > kMaxAnswerBytes;
    if (!transfer.tooLarge)
        transfer.answer.append(from, bytes);
    return size * count;
}

void HttpTransfers::Transfer::prepare(HttpCall next, HttpClient::Done whenDone)
{
    curl_easy_reset(easy); // keeps connections
    curl_slist_free_all(headers);
    headers = nullptr;
    call = std::move(next);
    done = std::move(whenDone);
    url = call.url.toEncoded();
    given = 0;
    answer.clear();
    tooLarge = false;

    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_URL, url.constData());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); // not by what the environment happens to hold
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "orders-orchestrator");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call.timeoutMs));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::takeAnswer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
    if (call.method != "GET") {
        // Read by a callback without a way back: libcurl cannot send it again unasked when an old connection turns out closed.
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Transfer::giveBody);
        curl_easy_setopt(easy, CURLOPT_READDATA, this);
        headers = curl_slist_append(headers, "Content-Type: application/json");
        headers = curl_slist_append(headers, "Expect:");
    }
    if (!call.idempotencyKey.isEmpty())
        headers = curl_slist_append(headers, ("Idempotency-Key: " + call.idempotencyKey).constData());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
}

HttpAnswer HttpTransfers::Transfer::answerOf(CURLcode code)
{
    HttpAnswer result;
    long status = 0, sentBytes = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sentBytes);
    if (curl_header *header = nullptr; curl_easy_header(easy, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
        result.retryAfterMs = retryAfterMs(header->value);
    if (code == CURLE_OK) {
        result.status = static_cast<int>(status);
        result.body = tooLarge ? QByteArray() : std::exchange(answer, {});
        return result;
    }
    // Also an answer whose body broke off is none: it may have held the tracking number.
    result.error = QString::fromUtf8(curl_easy_strerror(code));
    result.mayHaveLeft = sentBytes > 0 || given > 0;
    return result;
}

HttpTransfers::HttpTransfers(QObject &owner) : m_owner(owner)
{
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT); // once in a process
    Q_UNUSED(ready)
    m_multi = curl_multi_init();
    curl_multi_setopt(m_multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(HttpClient::maxCalls()));
    curl_multi_setopt(m_multi, CURLMOPT_MAXCONNECTS, static_cast<long>(HttpClient::maxCalls()));
    m_thread = std::thread([this] { run(); });
}

HttpTransfers::~HttpTransfers()
{
    {
        const std::lock_guard lock(m_mutex);
        m_leaving = true;
    }
    curl_multi_wakeup(m_multi);
    m_thread.join();
    for (const auto &transfer : m_running)
        curl_multi_remove_handle(m_multi, transfer->easy);
    m_running.clear();
    m_idle.clear();
    curl_multi_cleanup(m_multi);
}

void HttpTransfers::add(const HttpCall &call, HttpClient::Done done)
{
    bool wake = false;
    {
        const std::lock_guard lock(m_mutex);
        wake = m_waiting.empty();
        m_waiting.emplace_back(call, std::move(done));
    }
    if (wake)
        curl_multi_wakeup(m_multi);
}

bool HttpTransfers::startWaiting()
{
    std::vector<std::pair<HttpCall, HttpClient::Done>> waiting;
    {
        const std::lock_guard lock(m_mutex);
        if (m_leaving)
            return false;
        waiting.swap(m_waiting);
    }
    for (auto &[call, done] : waiting) {
        auto transfer = m_idle.empty() ? std::make_unique<Transfer>() : std::move(m_idle.back());
        if (!m_idle.empty())
            m_idle.pop_back();
        transfer->prepare(std::move(call), std::move(done));
        curl_multi_add_handle(m_multi, transfer->easy);
        m_running.push_back(std::move(transfer));
    }
    return true;
}

std::vector<HttpTransfers::Finished> HttpTransfers::takeFinished()
{
    std::vector<Finished> finished;
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        const auto code = message->data.result;
        char *self = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
        const auto found = std::find_if(m_running.begin(), m_running.end(),
                                        [self](const auto &each) { return static_cast<void *>(each.get()) == self; });
        auto transfer = std::move(*found);
        *found = std::move(m_running.back());
        m_running.pop_back();
        curl_multi_remove_handle(m_multi, transfer->easy);
        auto answer = transfer->answerOf(code);
        finished.push_back({std::move(transfer->done), std::move(answer)});
        m_idle.push_back(std::move(transfer));
    }
    return finished;
}

void HttpTransfers::deliver(std::vector<Finished> finished)
{
    QMetaObject::invokeMethod(&m_owner, [finished = std::move(finished)] {
        for (const auto &each : finished)
            each.done(each.answer);
    }, Qt::QueuedConnection);
}

void HttpTransfers::run()
{
    while (startWaiting()) {
        int running = 0;
        curl_multi_perform(m_multi, &running);
        if (auto finished = takeFinished(); !finished.empty())
            deliver(std::move(finished));
        curl_multi_poll(m_multi, nullptr, 0, kPollMs, nullptr);
    }
}

} // namespace oo
