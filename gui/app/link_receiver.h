#pragma once
// One console a user: a second start with a link hands it to the first, and ends.

#include "gui/client/link.h"

#include <QLocalServer>

namespace oo::gui {

class LinkReceiver : public QObject
{
    Q_OBJECT

public:
    explicit LinkReceiver(QString socket, QObject *parent = nullptr); // the path of a socket that is this user's
    static QString defaultSocket();

    // Whether another console took it.
    bool handOver(const QString &link) const;
    void listen();

Q_SIGNALS:
    void received(const oo::gui::ConsoleLink &link);

private:
    QString m_socket;
    QLocalServer m_server;
};

} // namespace oo::gui
