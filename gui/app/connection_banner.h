#pragma once
// The band above all pages: which service this is, in its colour, and how fresh the picture.

#include "gui/client/admin_client.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace oo::gui {

class ConnectionBanner : public QFrame
{
    Q_OBJECT

public:
    explicit ConnectionBanner(QWidget *parent = nullptr);
    void watch(AdminClient *client); // null: none; it tells before it goes
    QString stateText() const;

Q_SIGNALS:
    void connectionsWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void tell();

    AdminClient *m_client = nullptr;
    QTimer m_tick; // ages grow while nothing comes
    QLabel *m_name, *m_state, *m_role;
    QPushButton *m_tryNow, *m_connections;
};

} // namespace oo::gui
