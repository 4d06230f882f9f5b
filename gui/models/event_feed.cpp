#include "gui/models/event_feed.h"

#include <algorithm>

namespace oo::gui {

namespace {

constexpr int kPage = 200;
constexpr size_t kMostHeld = 10000;
constexpr int kMostRefreshed = 100;
constexpr int kMostLookPages = 10; // beyond, the list is read anew
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
    m_look.reset();
    m_events.clear();
    m_shown.clear();
    m_held.clear();
    m_heldCount = 0;
    m_isHeldWhole = true;
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

ApiRequest EventFeed::requestOf(const OptionalText &after) const
{
    ApiRequest request{Endpoint::Events};
    request.query = m_filter.query();
    request.query.append({QStringLiteral("limit"), QString::number(kPage)});
    if (after)
        request.query.append({QStringLiteral("after"), QString::fromUtf8(*after)});
    return request;
}

void EventFeed::ask(const OptionalText &after)
{
    m_list = std::make_unique<QObject>();
    m_client.ask<ListOf<EventSummary>>(requestOf(after), m_list.get(), [this, isFirst = !after](const auto &answer) {
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
    const bool isGapKnown = m_paused && !m_isHeldWhole;
    if (m_filter.isLive() || isSoon || isGapKnown || m_list || m_look || !m_hasFirstPage || m_client.state() != LinkState::Live)
        return;
    m_looked.start();
    m_unseen.clear();
    m_lookPages = 0;
    lookOn(std::nullopt);
}

void EventFeed::lookOn(const OptionalText &after)
{
    ++m_lookPages;
    m_look = std::make_unique<QObject>();
    m_client.ask<ListOf<EventSummary>>(requestOf(after), m_look.get(), [this](const ApiAnswer<ListOf<EventSummary>> &answer) {
        m_look.release()->deleteLater(); // it is the context of this very call
        if (answer)
            takeLook(*answer); // else the next look comes soon
    });
}

// Down to what is known, page by page: more may have come between two looks than a page holds.
void EventFeed::takeLook(const ListOf<EventSummary> &page)
{
    QSet<qint64> held;
    for (const auto &event : m_held)
        held.insert(event.id.value);
    const bool isNothingKnown = m_shown.isEmpty() && held.isEmpty();
    bool isMet = false;
    for (const auto &event : page.items) {
        if (m_shown.contains(event.id.value) || held.contains(event.id.value))
            isMet = true;
        else
            m_unseen.push_back(event);
    }
    if (!isMet && page.next && !isNothingKnown && m_lookPages < kMostLookPages)
        return lookOn(page.next);
    std::vector<EventSummary> unseen(std::make_move_iterator(m_unseen.rbegin()), std::make_move_iterator(m_unseen.rend()));
    m_unseen.clear();
    if (!isMet && page.next) { // there is a gap below them
        if (!m_paused)
            return reload();
        m_isHeldWhole = false;
    }
    arrive(std::move(unseen));
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
    if (m_held.size() > kMostHeld) { // the oldest of them can be asked for again
        m_held.erase(m_held.begin(), m_held.end() - kMostHeld);
        m_isHeldWhole = false;
    }
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
        m_list.reset(); // nor is what is under way
    }
    Q_EMIT changed();
}

void EventFeed::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    m_heldCount = 0;
    if (!paused && !m_isHeldWhole)
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
