#pragma once
// The line that filters events: coloured while it is typed, completed, with a history.

#include "gui/models/event_filter.h"

#include <QLineEdit>
#include <QStringListModel>

class QCompleter;

namespace oo::gui {

class FilterLine : public QLineEdit
{
    Q_OBJECT

public:
    explicit FilterLine(QWidget *parent = nullptr);

    void setClock(const QTimeZone &zone, std::function<Instant()> now); // before it is used
    void setHistory(const QStringList &history) { m_history = history; }
    const QStringList &history() const { return m_history; } // the newest first

    void apply(const QString &text);  // as if typed and entered
    bool isValid() const { return m_problem.isEmpty(); }
    const QString &problem() const { return m_problem; }

Q_SIGNALS:
    void applied(const oo::gui::EventFilter &filter);
    void problemChanged(const QString &problem);
    void historyChanged();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    tl::expected<EventFilter, FilterProblem> parsed() const;
    void check();
    void showColours();
    void complete();
    void putIn(const QString &completion);
    void enter();
    void walkHistory(int by);

    QTimeZone m_zone;
    std::function<Instant()> m_now;
    QStringListModel m_words;
    QCompleter *m_completer;
    QStringList m_history;
    int m_place = -1; // in the history; -1: what is being typed
    QString m_typed, m_problem;
};

} // namespace oo::gui
