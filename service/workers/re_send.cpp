#include "service/workers/re_send.h"

#include "service/clients/call_verdict.h"

#include <QEventLoop>
#include <QUrlQuery>

namespace oo {

HttpAnswer ReSend::exchange(const HttpCall &call)
{
    HttpAnswer result;
    QEventLoop loop;
    m_client.send(call, [&](const HttpAnswer &answer) {
        result = answer;
        loop.quit();
    });
    loop.exec();
    return result;
}

const Downstream &ReSend::downstreamOf(const ReplayItem &item) const
{
    return fromText<EventType>(QByteArrayView(item.type)) == EventType::ShopNotification ? m_downstreams.shop : m_downstreams.courier;
}

std::optional<QByteArray> ReSend::lookUp(const ReplayItem &item)
{
    const auto &downstream = downstreamOf(item);
    if (!downstream.lookUp || fromText<EventType>(QByteArrayView(item.type)) != EventType::BookingCreateRequest)
        return std::nullopt;
    QUrl question(downstream.url.toString(QUrl::StripTrailingSlash) + QStringLiteral("/bookings"));
    question.setQuery(QStringLiteral("key=") + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(*item.idempotencyKey))));
    const auto known = exchange({"GET", question, {}, {}, downstream.timeoutMs});
    return known.status == 200 ? std::optional("the courier has it already: " + verdictOf(known).text) : std::nullopt;
}

QByteArray ReSend::send(const ReplayItem &item)
{
    if (const auto known = lookUp(item))
        return *known;
    const auto &downstream = downstreamOf(item);
    const auto answer = exchange({"POST", QUrl(downstream.url.toString(QUrl::StripTrailingSlash) + QString::fromUtf8(*item.callPath)), *item.callBody,
                                  *item.idempotencyKey, downstream.timeoutMs});
    return answer.status ? "answered " + QByteArray::number(answer.status) + ' ' + verdictOf(answer).text : "no answer: " + answer.error.toUtf8();
}

} // namespace oo
