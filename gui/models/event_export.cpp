#include "gui/models/event_export.h"

#include <QTimer>

namespace oo::gui {

namespace {

constexpr int kPage = 500;
constexpr int kFirstRetryMs = 500, kMostTries = 7; // of one page: a minute, which a service needs to start again

// RFC 4180; and no cell begins like a formula, for spreadsheets carry out what does.
QByteArray csvCell(const QByteArray &text)
{
    QByteArray cell = text;
    if (!cell.isEmpty() && QByteArrayView("=+-@\t\r").contains(cell.front()))
        cell.prepend('\'');
    if (!cell.contains(',') && !cell.contains('"') && !cell.contains('\n') && !cell.contains('\r'))
        return cell;
    return '"' + cell.replace('"', "\"\"") + '"';
}

QByteArray cellOf(const QByteArray &value) { return value; }
QByteArray cellOf(ApiId value) { return QByteArray::number(value.value); }
QByteArray cellOf(Instant value) { return toText(value); }
template <class T>
QByteArray cellOf(const std::optional<T> &value)
{
    return value ? cellOf(*value) : QByteArray();
}

QByteArray csvHeader()
{
    QByteArray line;
    api::forEachField<EventSummary>([&](size_t place, const auto &field) { line += (place ? "," : "") + QByteArray(field.name); });
    return line + "\r\n";
}

QByteArray csvLine(const EventSummary &event)
{
    QByteArray line;
    api::forEachField<EventSummary>([&](size_t place, const auto &field) { line += (place ? "," : "") + csvCell(cellOf(event.*field.member)); });
    return line + "\r\n";
}

} // namespace

EventExport::EventExport(AdminClient &client, const EventFilter &filter, const QString &path, QObject *parent)
    : QObject(parent), m_client(client), m_filter(filter), m_format(formatOf(path)), m_file(path)
{
}

void EventExport::start()
{
    if (!m_file.open(QIODevice::WriteOnly))
        return end(m_file.errorString());
    if (m_format == Format::Csv)
        m_file.write(csvHeader());
    askNext();
}

void EventExport::cancel()
{
    end(tr("It was cancelled; no file was written."));
}

void EventExport::askNext()
{
    if (m_ended)
        return;
    ApiRequest request{Endpoint::Events};
    request.query = m_filter.query();
    request.query.append({QStringLiteral("limit"), QString::number(kPage)});
    if (m_next)
        request.query.append({QStringLiteral("after"), QString::fromUtf8(*m_next)});
    m_client.ask<ListOf<EventSummary>>(request, this, [this](const auto &answer) { take(answer); });
}

void EventExport::take(const ApiAnswer<ListOf<EventSummary>> &answer)
{
    if (m_ended)
        return;
    if (!answer && mayPass(answer.error()) && m_tries < kMostTries)
        return QTimer::singleShot(kFirstRetryMs << m_tries++, this, &EventExport::askNext);
    if (!answer)
        return end(answer.error().message);
    m_tries = 0;
    for (const auto &event : answer->items) {
        const auto line = m_format == Format::Csv ? csvLine(event) : toJson(event) + '\n';
        if (m_file.write(line) != line.size())
            return end(m_file.errorString());
    }
    m_written += static_cast<qint64>(answer->items.size());
    m_next = answer->next;
    Q_EMIT progressed();
    if (m_next)
        return askNext();
    end(m_file.commit() ? QString() : m_file.errorString());
}

void EventExport::end(const QString &problem)
{
    if (std::exchange(m_ended, true))
        return;
    if (!problem.isEmpty())
        m_file.cancelWriting();
    Q_EMIT finished(problem);
}

} // namespace oo::gui
