#pragma once
// The filter line of events: `type:ORDER_UPDATED ref:8631 outcome:superseded since:1h payload.currency:EUR`. A bare word is a ref. Values with
// spaces stand in quotes, a quote within them twice. What the service can answer, and nothing else.

#include "gui/client/admin_http.h"
#include "gui/models/time_text.h"
#include "shared/api/event_messages.h"

#include <QStringList>

namespace oo::gui {

enum class FilterKey { Id, Type, Ref, Order, Source, Outcome, Delivery, Since, Until, Run, Payload };

struct FilterKeyRow
{
    FilterKey key;
    QLatin1StringView word;      // before the colon
    QLatin1StringView parameter; // of GET /admin/v1/events
    const char *meaning;         // for translation
};
const QList<FilterKeyRow> &filterKeys();

struct FilterTerm
{
    FilterKey key = FilterKey::Ref;
    QString path;  // of a payload's member
    QString value;
};

struct FilterProblem
{
    QString message;
    int from = 0, length = 0; // in the text
};

class EventFilter
{
public:
    // An empty text matches everything. A time without its zone is one of `zone`; `1h` is before `now`.
    static tl::expected<EventFilter, FilterProblem> parse(const QString &text, const QTimeZone &zone, Instant now);

    bool isEmpty() const { return m_terms.isEmpty(); }
    const QList<FilterTerm> &terms() const { return m_terms; }
    QList<std::pair<QString, QString>> query() const; // of GET /admin/v1/events

    // Whether an event that comes live belongs to it. What only the service can tell (a payload, a chaos run, whose order it is, that it is parked
    // later) is not asked here, or not for certain: see isLive().
    bool matches(const EventSummary &event) const;
    bool isLive() const; // whether matches() says all

private:
    QList<FilterTerm> m_terms;
    std::optional<Instant> m_since, m_until;
};

// What may stand at `position` of `text` next: whole words to put in for the one the position is in.
QStringList completionsAt(const QString &text, int position);
// From where to where that word goes.
std::pair<int, int> wordAt(const QString &text, int position);

// A term as it is typed, quoted where it must be; of a payload's member with its path.
QString termText(FilterKey key, const QString &value, const QString &path = {});

} // namespace oo::gui
