#pragma once
// What a page of the console is, and what all pages of one connection share.

#include "gui/client/admin_client.h"
#include "gui/client/layout_file.h"
#include "gui/client/link.h"
#include "gui/models/time_text.h"

#include <QWidget>

namespace oo::gui {

struct Session
{
    AdminClient &client;
    TimeText time;
    LayoutFile &layout;
};

struct KeyHelp
{
    QKeySequence keys;
    QString meaning;
};

class Page : public QWidget
{
    Q_OBJECT

public:
    Page(Session &session, const QString &title, QWidget *parent = nullptr) : QWidget(parent), m_session(session), m_title(title) { setAccessibleName(title); }

    const QString &title() const { return m_title; }
    virtual void focusFilter() = 0; // what / goes to
    virtual void entered() {}       // it is shown from now on
    virtual QList<KeyHelp> keys() const { return {}; }

Q_SIGNALS:
    void orderWanted(const QByteArray &orderId);
    void ordersWanted(const QString &search); // `run:chaos-run-3` in it: of that run
    void eventsWanted(const QString &filter);
    void replayWanted(const QList<QByteArray> &eventIds);

protected:
    void copyLink(ConsoleLink::Kind kind, const QByteArray &value) const; // oo://profile/…, which opens it

    Session &m_session;

private:
    QString m_title;
};

} // namespace oo::gui
