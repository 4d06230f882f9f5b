#pragma once
// The list of events behind the page: what the filter finds, older ones as they are asked for, new ones as they come.

#include "gui/client/admin_client.h"
#include "gui/models/event_columns.h"
#include "gui/models/event_filter.h"

#include <QSet>

namespace oo::gui {

class EventFeed : public QObject
{
    Q_OBJECT

public:
    explicit EventFeed(AdminClient &client, QObject *parent = nullptr);

    EventTableModel &events() { return m_events; }
    const EventFilter &filter() const { return m_filter; }

    void setFilter(const EventFilter &filter); // reads anew
    void reload();
    void loadOlder();                     // nothing while it is under way, or there are none
    void setPaused(bool paused);          // new ones are held back, and counted
    bool isPaused() const { return m_paused; }
    qint64 heldBack() const { return m_heldCount; }
    bool isLoading() const { return m_list != nullptr; }
    bool hasOlder() const { return m_next.has_value(); }
    std::optional<qint64> searched() const { return m_searched; } // rows that a search of payloads went through
    const QString &problem() const { return m_problem; }

    // Asks again for those of the rows `first` to `last` that had no outcome when they came.
    void refreshOpen(int first, int last);

    // What the stream alone cannot tell of a filter (a payload, how events end) is asked for; to be called each second.
    void lookForNew();

    static constexpr int mostRows = 100000;

Q_SIGNALS:
    void changed(); // counts, loading or problem

private:
    void takeNews(const TailNews &news);
    void takePage(const ApiAnswer<ListOf<EventSummary>> &answer, bool isFirst);
    ApiRequest requestOf(const OptionalText &after) const;
    void ask(const OptionalText &after);
    void lookOn(const OptionalText &after);
    void takeLook(const ListOf<EventSummary> &page);
    void arrive(std::vector<EventSummary> matching); // in the order they came
    void show(std::vector<EventSummary> newestFirst);

    AdminClient &m_client;
    EventTableModel m_events;
    EventFilter m_filter;
    TextPool m_texts;
    QSet<qint64> m_shown;
    std::vector<EventSummary> m_held; // while paused or before the first page, in the order they came
    qint64 m_heldCount = 0;
    bool m_paused = false, m_hasFirstPage = false, m_refreshing = false;
    bool m_isHeldWhole = true; // else what is held has a gap: the list is to be read anew
    QElapsedTimer m_looked;
    std::vector<EventSummary> m_unseen; // that a look has found so far, the newest first
    int m_lookPages = 0;
    OptionalText m_next;
    std::optional<qint64> m_searched;
    QString m_problem;
    std::unique_ptr<QObject> m_list, m_look; // live while a page is asked for: their end gives the question up
};

} // namespace oo::gui
