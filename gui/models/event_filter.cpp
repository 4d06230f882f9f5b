#include "gui/models/event_filter.h"

#include "shared/model/event_types.h"
#include "shared/model/payload_fields.h"
#include "shared/model/statuses.h"

#include <QRegularExpression>
#include <QUuid>

#include <algorithm>

namespace oo::gui {

namespace {

constexpr QLatin1StringView kOpen("open"), kParked("parked"); // outcomes of events that have none

QString tr(const char *text)
{
    return QCoreApplication::translate("EventFilter", text);
}

template <class E>
QStringList textsOfTable()
{
    QStringList texts;
    for (const auto &row : EnumTable<E>::rows)
        texts << QString::fromLatin1(row.text.data(), static_cast<qsizetype>(row.text.size()));
    return texts;
}

QStringList outcomes()
{
    return textsOfTable<Outcome>() << kOpen << kParked;
}

QStringList valuesOf(FilterKey key)
{
    switch (key) {
    case FilterKey::Type: return textsOfTable<EventType>();
    case FilterKey::Source: return textsOfTable<EventSource>();
    case FilterKey::Outcome: return outcomes();
    case FilterKey::Since:
    case FilterKey::Until: return {QStringLiteral("5m"), QStringLiteral("1h"), QStringLiteral("1d"), QStringLiteral("7d")};
    default: return {};
    }
}

const FilterKeyRow *rowOf(QStringView word)
{
    const auto &rows = filterKeys();
    const auto found = std::find_if(rows.cbegin(), rows.cend(), [&](const auto &row) { return row.word == word; });
    return found == rows.cend() ? nullptr : &*found;
}

struct Word
{
    QString text; // without its quotes
    int from = 0, end = 0;
    int colon = -1; // of `text`; before any quote
    bool isOpen = false; // a quote is not closed
};

QList<Word> wordsOf(const QString &text)
{
    QList<Word> words;
    bool inWord = false, quoted = false;
    for (int i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        if (!quoted && c.isSpace()) {
            inWord = false;
            continue;
        }
        if (!inWord) {
            words.append({{}, i, i});
            inWord = true;
        }
        auto &word = words.last();
        word.end = i + 1;
        if (c == QLatin1Char('"') && quoted && i + 1 < text.size() && text[i + 1] == c) { // a quote within quotes
            word.text += c;
            word.end = ++i + 1;
            continue;
        }
        if (c == QLatin1Char('"')) {
            quoted = !quoted;
            word.isOpen = quoted;
            continue;
        }
        if (c == QLatin1Char(':') && !quoted && word.colon < 0)
            word.colon = static_cast<int>(word.text.size());
        word.text += c;
    }
    return words;
}

tl::expected<FilterTerm, QString> termOf(const Word &word)
{
    if (word.isOpen)
        return tl::unexpected(tr("The quote is not closed."));
    const auto key = word.text.left(std::max(word.colon, 0));
    const auto value = word.text.mid(word.colon + 1);
    if (word.colon < 0 && !value.isEmpty())
        return FilterTerm{FilterKey::Ref, {}, value};
    if (word.colon < 0)
        return tl::unexpected(tr("A value is missing."));
    const bool isPayload = key.startsWith(QLatin1StringView("payload."));
    const auto *row = isPayload ? nullptr : rowOf(key);
    if (!isPayload && (!row || row->key == FilterKey::Payload))
        return tl::unexpected(tr("There is no field \"%1\".").arg(key));
    if (value.isEmpty())
        return tl::unexpected(tr("\"%1\" needs a value.").arg(key));
    FilterTerm term{isPayload ? FilterKey::Payload : row->key, isPayload ? key.mid(8) : QString(), value};
    if (isPayload && term.path.isEmpty())
        return tl::unexpected(tr("Say which member of the payload: payload.currency:EUR"));
    const auto known = valuesOf(term.key);
    if ((term.key == FilterKey::Source || term.key == FilterKey::Outcome) && !known.contains(value))
        return tl::unexpected(tr("\"%1\" is none of %2.").arg(value, known.join(QStringLiteral(", "))));
    static const QRegularExpression ids(QStringLiteral("^\\d{1,18}(,\\d{1,18})*$"));
    if (term.key == FilterKey::Id && !ids.match(value).hasMatch())
        return tl::unexpected(tr("\"%1\" is no list of event ids, as 12,13.").arg(value));
    if (term.key == FilterKey::Order) {
        const auto id = QUuid::fromString(value);
        if (id.isNull())
            return tl::unexpected(tr("\"%1\" is not the id of an order; for its number use ref: or the page of orders.").arg(value));
        term.value = id.toString(QUuid::WithoutBraces);
    }
    return term;
}

} // namespace

const QList<FilterKeyRow> &filterKeys()
{
    static const QList<FilterKeyRow> rows{
        {FilterKey::Id, QLatin1StringView("id"), QLatin1StringView("eventIds"), QT_TRANSLATE_NOOP("EventFilter", "ids of events, with commas")},
        {FilterKey::Type, QLatin1StringView("type"), QLatin1StringView("type"), QT_TRANSLATE_NOOP("EventFilter", "type of the event")},
        {FilterKey::Ref, QLatin1StringView("ref"), QLatin1StringView("ref"), QT_TRANSLATE_NOOP("EventFilter", "the order's id at Shopify, or a tracking number")},
        {FilterKey::Order, QLatin1StringView("order"), QLatin1StringView("order"), QT_TRANSLATE_NOOP("EventFilter", "our id of the order")},
        {FilterKey::Source, QLatin1StringView("source"), QLatin1StringView("source"), QT_TRANSLATE_NOOP("EventFilter", "who sent it")},
        {FilterKey::Outcome, QLatin1StringView("outcome"), QLatin1StringView("outcome"), QT_TRANSLATE_NOOP("EventFilter", "how it ended, or open, or parked")},
        {FilterKey::Delivery, QLatin1StringView("delivery"), QLatin1StringView("deliveryId"), QT_TRANSLATE_NOOP("EventFilter", "shop domain, colon, webhook id")},
        {FilterKey::Since, QLatin1StringView("since"), QLatin1StringView("since"), QT_TRANSLATE_NOOP("EventFilter", "arrived then or later: 15m, 2h, 3d, 10:15, 2026-04-06T10:15")},
        {FilterKey::Until, QLatin1StringView("until"), QLatin1StringView("until"), QT_TRANSLATE_NOOP("EventFilter", "arrived before")},
        {FilterKey::Run, QLatin1StringView("run"), QLatin1StringView("run"), QT_TRANSLATE_NOOP("EventFilter", "a chaos run")},
        {FilterKey::Payload, QLatin1StringView("payload."), QLatin1StringView("payload"), QT_TRANSLATE_NOOP("EventFilter", "a member of the payload; needs since")},
    };
    return rows;
}

tl::expected<EventFilter, FilterProblem> EventFilter::parse(const QString &text, const QTimeZone &zone, Instant now)
{
    EventFilter filter;
    for (const auto &word : wordsOf(text)) {
        const auto wrong = [&](const QString &message) { return tl::unexpected(FilterProblem{message, word.from, word.end - word.from}); };
        auto term = termOf(word);
        if (!term)
            return wrong(term.error());
        const bool twice = std::any_of(filter.m_terms.cbegin(), filter.m_terms.cend(), [&](const auto &other) { return other.key == term->key; });
        if (twice)
            return wrong(tr("\"%1\" is given twice; one value is looked for.").arg(word.colon < 0 ? QStringLiteral("ref") : word.text.left(word.colon)));
        if (term->key == FilterKey::Since || term->key == FilterKey::Until) {
            const auto time = readTime(term->value, zone, now);
            if (!time)
                return wrong(tr("\"%1\" is no time: write 15m, 2h, 3d, 10:15 or 2026-04-06T10:15.").arg(term->value));
            (term->key == FilterKey::Since ? filter.m_since : filter.m_until) = time;
        }
        filter.m_terms.append(std::move(*term));
    }
    const auto has = [&](FilterKey key) { return std::any_of(filter.m_terms.cbegin(), filter.m_terms.cend(), [&](const auto &term) { return term.key == key; }); };
    if (has(FilterKey::Payload) && !has(FilterKey::Since))
        return tl::unexpected(FilterProblem{tr("A payload is looked for in a range of time: add since:1h or the like."), 0, static_cast<int>(text.size())});
    if (filter.m_since && filter.m_until && *filter.m_since >= *filter.m_until)
        return tl::unexpected(FilterProblem{tr("Nothing is both since and until then."), 0, static_cast<int>(text.size())});
    return filter;
}

QList<std::pair<QString, QString>> EventFilter::query() const
{
    QList<std::pair<QString, QString>> query;
    for (const auto &term : m_terms) {
        auto value = term.value;
        if (term.key == FilterKey::Payload)
            value = term.path + QLatin1Char('=') + value;
        else if (term.key == FilterKey::Since)
            value = QString::fromLatin1(toText(*m_since));
        else if (term.key == FilterKey::Until)
            value = QString::fromLatin1(toText(*m_until));
        const auto &rows = filterKeys();
        query.append({QString(rows[static_cast<int>(term.key)].parameter), value});
    }
    return query;
}

bool EventFilter::isLive() const
{
    return std::none_of(m_terms.cbegin(), m_terms.cend(), [](const FilterTerm &term) {
        return term.key == FilterKey::Payload || term.key == FilterKey::Run || term.key == FilterKey::Order
               || (term.key == FilterKey::Outcome && term.value != kOpen); // they end after they came
    });
}

bool EventFilter::matches(const EventSummary &event) const
{
    return std::all_of(m_terms.cbegin(), m_terms.cend(), [&](const FilterTerm &term) {
        const auto value = term.value.toUtf8();
        switch (term.key) {
        case FilterKey::Id: {
            const auto ids = value.split(',');
            return std::any_of(ids.cbegin(), ids.cend(), [&](const auto &id) { return id.toLongLong() == event.id.value; });
        }
        case FilterKey::Type: return event.type == value;
        case FilterKey::Ref: return event.refId == value && event.source != bytesOf(EventSource::Internal); // as the service has it
        case FilterKey::Order: return event.orderId == value;
        case FilterKey::Source: return event.source == value;
        case FilterKey::Delivery: return event.deliveryId == value;
        case FilterKey::Outcome:
            if (term.value == kParked)
                return event.parked.has_value();
            return term.value == kOpen ? !event.processedAt && !event.parked : event.outcome == value;
        case FilterKey::Since: return event.receivedAt >= *m_since;
        case FilterKey::Until: return event.receivedAt < *m_until;
        default: return true;
        }
    });
}

std::pair<int, int> wordAt(const QString &text, int position)
{
    for (const auto &word : wordsOf(text)) {
        if (word.from <= position && position <= word.end)
            return {word.from, word.end};
    }
    return {position, position};
}

QStringList completionsAt(const QString &text, int position)
{
    const auto [from, end] = wordAt(text, position);
    const auto typed = text.mid(from, position - from);
    const auto colon = typed.indexOf(QLatin1Char(':'));
    QStringList all;
    if (colon >= 0) {
        const auto key = typed.left(colon);
        if (const auto *row = rowOf(key)) {
            for (const auto &value : valuesOf(row->key))
                all << key + QLatin1Char(':') + value;
        }
    } else if (typed.startsWith(QLatin1StringView("payload."))) {
        for (const auto &field : kOpenPayloadFields)
            all << QStringLiteral("payload.") + QString::fromLatin1(field.data(), static_cast<qsizetype>(field.size())) + QLatin1Char(':');
    } else {
        for (const auto &row : filterKeys())
            all << row.word + (row.key == FilterKey::Payload ? QString() : QStringLiteral(":"));
    }
    return all.filter(QRegularExpression(QLatin1Char('^') + QRegularExpression::escape(typed), QRegularExpression::CaseInsensitiveOption));
}

QString termText(FilterKey key, const QString &value, const QString &path)
{
    const auto quoted = [](QString text, QStringView special) {
        const bool plain = std::none_of(text.cbegin(), text.cend(), [&](QChar c) { return c.isSpace() || special.contains(c); });
        return plain ? text : QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1StringView("\"\"")) + QLatin1Char('"');
    };
    if (key == FilterKey::Payload)
        return quoted(filterKeys()[static_cast<int>(key)].word + path, u"\":") + QLatin1Char(':') + quoted(value, u"\"");
    return filterKeys()[static_cast<int>(key)].word + QLatin1Char(':') + quoted(value, u"\"");
}

} // namespace oo::gui
