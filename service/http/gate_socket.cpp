#include "service/http/gate_socket.h"

#include <QHostAddress>

#include <algorithm>
#include <cstring>

namespace oo {

GateSocket::GateSocket(const QHostAddress &peer, quint16 peerPort, QObject *parent) : QTcpSocket(parent)
{
    setSocketState(ConnectedState);
    setOpenMode(ReadWrite);
    setPeerAddress(peer);
    setPeerPort(peerPort);
}

void GateSocket::offer(const QByteArray &request)
{
    m_input += request;
    Q_EMIT readyRead();
}

void GateSocket::leave()
{
    setSocketState(UnconnectedState);
    Q_EMIT disconnected();
}

qint64 GateSocket::bytesAvailable() const
{
    return m_input.size() + QIODevice::bytesAvailable(); // NOLINT(bugprone-parent-virtual-call): there is no socket below
}

bool GateSocket::canReadLine() const
{
    return m_input.contains('\n') || QIODevice::canReadLine();
}

qint64 GateSocket::readData(char *data, qint64 maxSize)
{
    const auto size = std::min<qint64>(maxSize, m_input.size());
    std::memcpy(data, m_input.constData(), static_cast<size_t>(size));
    m_input.remove(0, size);
    return size;
}

qint64 GateSocket::readLineData(char *data, qint64 maxSize)
{
    const auto end = m_input.indexOf('\n');
    return readData(data, std::min<qint64>(maxSize, end < 0 ? m_input.size() : end + 1));
}

qint64 GateSocket::writeData(const char *data, qint64 size)
{
    if (onWrite)
        onWrite(QByteArrayView(data, size));
    return size;
}

} // namespace oo
