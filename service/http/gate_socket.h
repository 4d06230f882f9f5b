#pragma once
// What Qt's HTTP server holds in place of a socket: it reads one complete, valid request and writes the answer to the gate.

#include <QByteArray>
#include <QTcpSocket>

#include <functional>

namespace oo {

class GateSocket : public QTcpSocket
{
    Q_OBJECT

public:
    GateSocket(const QHostAddress &peer, quint16 peerPort, QObject *parent);

    void offer(const QByteArray &request); // the library sees it at once
    void leave();                          // the library sees the peer go

    std::function<void(QByteArrayView)> onWrite; // bytes of an answer

    qint64 bytesAvailable() const override;
    bool isSequential() const override { return true; }
    void disconnectFromHost() override {} // the gate decides when the real socket closes
    void close() override {}
    bool canReadLine() const override;

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 readLineData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    QByteArray m_input;
};

} // namespace oo
