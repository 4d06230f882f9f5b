#pragma once
// Everything a filter matches, page by page into a file: CSV (RFC 4180) or JSON lines. Times are UTC.

#include "gui/client/admin_client.h"
#include "gui/models/event_filter.h"

#include <QSaveFile>

namespace oo::gui {

class EventExport : public QObject
{
    Q_OBJECT

public:
    enum class Format { Csv, JsonLines };
    static Format formatOf(const QString &path) { return path.endsWith(QLatin1StringView(".csv"), Qt::CaseInsensitive) ? Format::Csv : Format::JsonLines; }

    EventExport(AdminClient &client, const EventFilter &filter, const QString &path, QObject *parent = nullptr);

    void start();
    void cancel(); // nothing is left of the file

    qint64 written() const { return m_written; }

Q_SIGNALS:
    void progressed();
    void finished(const QString &problem); // empty: the file is whole

private:
    void askNext();
    void take(const ApiAnswer<ListOf<EventSummary>> &answer);
    void end(const QString &problem);

    AdminClient &m_client;
    EventFilter m_filter;
    Format m_format;
    QSaveFile m_file;
    OptionalText m_next;
    qint64 m_written = 0;
    int m_tries = 0; // of the page that is asked for
    bool m_ended = false;
};

} // namespace oo::gui
