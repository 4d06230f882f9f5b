#include "gui/widgets/filter_line.h"

#include "gui/widgets/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QEvent>
#include <QGuiApplication>
#include <QKeyEvent>

namespace oo::gui {

namespace {

constexpr qsizetype kMostHistory = 50;

} // namespace

FilterLine::FilterLine(QWidget *parent) : QLineEdit(parent), m_zone(QTimeZone::utc()), m_now(&Instant::now), m_completer(new QCompleter(&m_words, this))
{
    setPlaceholderText(tr("Filter: type:ORDER_UPDATED outcome:superseded since:1h   (↑ history, Enter applies)"));
    setAccessibleName(tr("Filter of events"));
    setClearButtonEnabled(true);
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    connect(m_completer, qOverload<const QString &>(&QCompleter::activated), this, &FilterLine::putIn);
    connect(this, &QLineEdit::textChanged, this, &FilterLine::check);
    connect(this, &QLineEdit::textEdited, this, [this] {
        m_place = -1;
        complete();
    });
}

void FilterLine::setClock(const QTimeZone &zone, std::function<Instant()> now)
{
    m_zone = zone;
    m_now = std::move(now);
}

tl::expected<EventFilter, FilterProblem> FilterLine::parsed() const
{
    return EventFilter::parse(text(), m_zone, m_now());
}

void FilterLine::check()
{
    const auto filter = parsed();
    m_problem = filter ? QString() : filter.error().message;
    showColours();
    setToolTip(m_problem);
    setAccessibleDescription(m_problem);
    Q_EMIT problemChanged(m_problem);
}

void FilterLine::showColours()
{
    QPalette colours; // what is not set here is the parent's
    if (!text().isEmpty())
        colours.setColor(QPalette::Base, toneBackground(isValid() ? Tone::Good : Tone::Bad, QGuiApplication::palette()));
    setPalette(colours);
}

void FilterLine::complete()
{
    const auto words = completionsAt(text(), cursorPosition());
    const auto [from, end] = wordAt(text(), cursorPosition());
    const bool done = words.isEmpty() || (words.size() == 1 && words.front() == text().mid(from, end - from));
    if (from == end || done)
        return m_completer->popup()->hide();
    m_words.setStringList(words);
    auto place = cursorRect();
    place.setWidth(320);
    m_completer->complete(place);
}

void FilterLine::putIn(const QString &completion)
{
    const auto [from, end] = wordAt(text(), cursorPosition());
    auto whole = text();
    whole.replace(from, end - from, completion);
    setText(whole);
    setCursorPosition(from + static_cast<int>(completion.size()));
    if (completion.endsWith(QLatin1Char(':')))
        complete();
}

void FilterLine::apply(const QString &text)
{
    setText(text);
    enter();
}

void FilterLine::enter()
{
    m_completer->popup()->hide();
    const auto filter = parsed();
    if (!filter)
        return check();
    const auto words = text().trimmed();
    if (!words.isEmpty()) {
        m_history.removeAll(words);
        m_history.prepend(words);
        m_history = m_history.mid(0, kMostHistory);
        Q_EMIT historyChanged();
    }
    m_place = -1;
    Q_EMIT applied(*filter);
}

void FilterLine::walkHistory(int by)
{
    const int place = std::clamp(m_place + by, -1, static_cast<int>(m_history.size()) - 1);
    if (place == m_place)
        return;
    if (m_place < 0)
        m_typed = text();
    m_place = place;
    setText(place < 0 ? m_typed : m_history[place]);
}

void FilterLine::keyPressEvent(QKeyEvent *event)
{
    const bool choosing = m_completer->popup()->isVisible();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (choosing && m_completer->popup()->currentIndex().isValid())
            return event->ignore(); // the completer takes it
        return enter();
    case Qt::Key_Tab:
        if (choosing) {
            const auto current = m_completer->popup()->currentIndex();
            m_completer->popup()->hide();
            return putIn(current.isValid() ? current.data().toString() : m_words.stringList().value(0));
        }
        break;
    case Qt::Key_Escape:
        if (choosing)
            return m_completer->popup()->hide();
        if (!text().isEmpty())
            return apply({});
        break;
    case Qt::Key_Up: return walkHistory(1);
    case Qt::Key_Down: return walkHistory(-1);
    default: break;
    }
    QLineEdit::keyPressEvent(event);
}

// Asked before keyPressEvent: while words are offered, Tab takes one.
bool FilterLine::focusNextPrevChild(bool next)
{
    return !m_completer->popup()->isVisible() && QLineEdit::focusNextPrevChild(next);
}

void FilterLine::changeEvent(QEvent *event)
{
    QLineEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) // Qt 6.4 tells widgets no other when the theme changes
        showColours();
}

} // namespace oo::gui
