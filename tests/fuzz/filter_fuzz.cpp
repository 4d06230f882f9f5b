// The filter line of events, in UTF-8: what is understood means the same when its terms are written anew.

#include "gui/models/event_filter.h"
#include "tests/fuzz/fuzzed.h"

#include <QTimeZone>

using namespace oo;
using namespace oo::gui;

void oo::fuzz::check(const QByteArray &input)
{
    const auto now = *parseInstant("2026-04-06T10:00:00Z");
    const auto text = QString::fromUtf8(input);
    for (int position = 0; position <= text.size(); position += 1 + static_cast<int>(text.size()) / 8) {
        const auto [from, end] = wordAt(text, position);
        must(0 <= from && from <= position && position <= end && end <= text.size(), "a word lies in the text");
        (void)completionsAt(text, position);
    }
    const auto filter = EventFilter::parse(text, QTimeZone::utc(), now);
    if (!filter) {
        const auto &problem = filter.error();
        must(!problem.message.isEmpty() && problem.from >= 0 && problem.length >= 0 && problem.from + problem.length <= text.size(), "a problem lies in the text");
        return;
    }
    QStringList words;
    for (const auto &term : filter->terms())
        words << termText(term.key, term.value, term.path);
    const auto again = EventFilter::parse(words.join(QLatin1Char(' ')), QTimeZone::utc(), now);
    must(again.has_value(), "a filter's own text is understood");
    must(again->query() == filter->query() && again->isLive() == filter->isLive(), "a filter's own text is the same filter");
    EventSummary event;
    must(again->matches(event) == filter->matches(event), "both match alike");
}
