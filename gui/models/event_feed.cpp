#include "gui/models/event_feed.h"

#include <algorithm>

namespace oo::gui {

namespace {

constexpr int kPage = 200;
constexpr size_t kMostHeld = 10000;
constexpr int kMostRefreshed = 100;
constexpr qint64 kLookMs = 2000, kLookDearMs = 10000; // a payload is compared row by row

} // namespace

EventFeed::EventFeed(AdminClient &client, QObject *parent) : QObject(parent), m_client(client), m_events(eventColumns(), &keyOf, this)
{
    connect(&client, &AdminClient::newsArrived, this, &EventFeed::takeNews);
    connect(&client, &AdminClient::gapOpened, this, &EventFeed::reload);
    connect(&client, &AdminClient::stateChanged, this, [this] { // the first page was asked for in vain: news wait for it
        if (m_client.state() == LinkState::Live && !m_hasFirstPage && !m_list && !m_problem.isEmpty())
            reload();
    });
}

void EventFeed::setFilter(const EventFilter &filter)
{
    m_filter = filter;
    reload();
}

void EventFeed::reload()
{
    m_list.reset();
    m_events.clear();
    m_shown.clear();
    m_held.clear();
    m_heldCount = 0;
    m_hasFirstPage = false;
    m_next.reset();
    m_searched.reset();
    ask(std::nullopt);
}

void EventFeed::loadOlder()
{
    if (!m_list && m_next && m_events.rowCount() < mostRows)
        ask(m_next);
}

void EventFeed::ask(const std::optional<QByteArray> &after)
{
    ApiRequest request{Endpoint::Events};
    request.query = m_filter.query();
    request.query.append({QStringLiteral("limit"), QString::number(kPage)});
    if (after)
        request.query.append({QStringLiteral("after"), QString::fromUtf8(*after)});
    m_list = std::make_unique<QObject>();
    m_client.ask<ListOf<EventSummary>>(request, m_list.get(), [this, isFirst = !after](const auto &answer) {
        m_list.release()->deleteLater(); // it is the context of this very call
        takePage(answer, isFirst);
    });
    Q_EMIT changed();
}

void EventFeed::takePage(const ApiAnswer<ListOf<EventSummary>> &answer, bool isFirst)
{
    m_problem = answer ? QString() : answer.error().message;
    if (answer) {
        m_next = answer->next;
        m_searched = answer->searched;
        std::vector<EventSummary> rows;
        for (auto event : answer->items) {
            if (m_shown.contains(event.id.value))
                continue;
            m_shown.insert(event.id.value);
            m_texts.share(event);
            rows.push_back(std::move(event));
        }
        m_events.append(std::move(rows));
        if (isFirst) {
            m_hasFirstPage = true;
            if (!m_paused)
                show(std::exchange(m_held, {}));
        }
    }
    Q_EMIT changed();
}

void EventFeed::takeNews(const TailNews &news)
{
    if (!m_filter.isLive())
        return;
    std::vector<EventSummary> matching;
    for (const auto &event : news.events) {
        if (m_filter.matches(event))
            matching.push_back(event);
    }
    arrive(std::move(matching));
}

void EventFeed::lookForNew()
{
    const bool isDear = std::any_of(m_filter.terms().cbegin(), m_filter.terms().cend(), [](const FilterTerm &term) { return term.key == FilterKey::Payload; });
    const bool isSoon = m_looked.isValid() && !m_looked.hasExpired(isDear ? kLookDearMs : kLookMs);
    if (m_filter.isLive() || isSoon || m_list || !m_hasFirstPage || m_client.state() != LinkState::Live)
        return;
    m_looked.start();
    ApiRequest request{Endpoint::Events};
    request.query = m_filter.query();
    request.query.append({QStringLiteral("limit"), QString::number(kPage)});
    m_list = std::make_unique<QObject>();
    m_client.ask<ListOf<EventSummary>>(request, m_list.get(), [this](const ApiAnswer<ListOf<EventSummary>> &answer) {
        m_list.release()->deleteLater(); // it is the context of this very call
        if (!answer)
            return; // the next look comes soon
        QSet<qint64> held;
        for (const auto &event : m_held)
            held.insert(event.id.value);
        std::vector<EventSummary> unseen;
        for (auto it = answer->items.rbegin(); it != answer->items.rend(); ++it) {
            if (!m_shown.contains(it->id.value) && !held.contains(it->id.value))
                unseen.push_back(*it);
        }
        arrive(std::move(unseen));
    });
}

void EventFeed::arrive(std::vector<EventSummary> matching)
{
    if (matching.empty())
        return;
    if (m_hasFirstPage && !m_paused)
        return show(std::move(matching));
    if (m_paused)
        m_heldCount += static_cast<qint64>(matching.size());
    m_held.insert(m_held.end(), std::make_move_iterator(matching.begin()), std::make_move_iterator(matching.end()));
    if (m_held.size() > kMostHeld) // the oldest of them can be asked for again
        m_held.erase(m_held.begin(), m_held.end() - kMostHeld);
    Q_EMIT changed();
}

// In the order they came: the last becomes the first row.
void EventFeed::show(std::vector<EventSummary> arrived)
{
    std::vector<EventSummary> rows;
    for (auto it = arrived.rbegin(); it != arrived.rend(); ++it) {
        if (m_shown.contains(it->id.value))
            continue;
        m_shown.insert(it->id.value);
        m_texts.share(*it);
        rows.push_back(std::move(*it));
    }
    m_events.prepend(std::move(rows));
    if (m_events.rowCount() > mostRows) {
        for (int row = mostRows; row < m_events.rowCount(); ++row)
            m_shown.remove(m_events.row(row).id.value);
        m_events.trim(mostRows);
        m_next.reset(); // what would follow is no longer what is shown last
    }
    Q_EMIT changed();
}

void EventFeed::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    const bool isWhole = m_heldCount <= static_cast<qint64>(kMostHeld);
    m_heldCount = 0;
    if (!paused && !isWhole)
        return reload();
    if (!paused && m_hasFirstPage)
        show(std::exchange(m_held, {}));
    Q_EMIT changed();
}

void EventFeed::refreshOpen(int first, int last)
{
    QStringList ids;
    for (int row = std::max(first, 0); row <= last && row < m_events.rowCount() && ids.size() < kMostRefreshed; ++row) {
        const auto &event = m_events.row(row);
        if (!event.processedAt)
            ids << QString::number(event.id.value);
    }
    if (ids.isEmpty() || m_refreshing || m_client.state() != LinkState::Live)
        return;
    m_refreshing = true;
    ApiRequest request{Endpoint::Events};
    request.query = {{QStringLiteral("eventIds"), ids.join(QLatin1Char(','))}, {QStringLiteral("limit"), QString::number(kMostRefreshed)}};
    m_client.ask<ListOf<EventSummary>>(request, this, [this](const auto &answer) {
        m_refreshing = false;
        if (!answer)
            return; // the next look comes soon
        QHash<qint64, EventSummary> fresh;
        for (const auto &event : answer->items)
            fresh.insert(event.id.value, event);
        for (int row = 0; row < m_events.rowCount() && !fresh.isEmpty(); ++row) {
            const auto found = fresh.find(m_events.row(row).id.value);
            if (found == fresh.end())
                continue;
            const auto &shown = m_events.row(row);
            if (found->processedAt || found->parked != shown.parked) {
                m_texts.share(*found);
                m_events.update(row, *found);
            }
            fresh.erase(found);
        }
    });
}

} // namespace oo::gui
