#pragma once
// One connection at the gate. Internal to gate.cpp and gate_connection.cpp.

#include "service/http/gate.h"
#include "service/http/gate_socket.h"

#include <optional>

namespace oo {

class Gate : public QObject
{
public:
    Gate(GateServer &server, QTcpSocket *socket);
    ~Gate() override;

    void start();
    void detach(); // for the last time: nothing is called back any more
    void refuse(const HttpRefusal &refusal, const RequestHead *head = nullptr);
    void checkDeadline();
    void expectTheLastRequest();
    bool awaitsRequest() const { return m_state == State::Idle; }
    bool hasUnread() const; // what has come, and the event loop has not told yet
    QDeadlineTimer deadline() const { return m_deadline; }
    bool isBusy() const; // may bring a request, or has not got all of an answer
    QTcpSocket *release(const QByteArray &headerName, const QByteArray &headerValue); // see GateServer
    void drop(); // closes without an answer, as a broken peer would

    GateSocket *facade() const { return m_facade; }
    const GateRequest &request() const { return m_request; }
    void addHeader(const QByteArray &name, const QByteArray &value) { m_extraHeaders.append({name, value}); }
    QHostAddress peer() const { return m_peer; }

private:
    enum class State { Idle, Head, Body, Answering, Writing, Closing, Gone };

    void enter(State state, int deadlineMs);
    void readSocket();
    void advance();
    bool takeHead();
    bool takeBody();
    void handOver();
    void answerBytes(QByteArrayView bytes);
    bool takeAnswerHead();
    void finishAnswer();
    void goOn(); // to the next request, once the peer takes what it was sent
    void bytesLeft();
    void closeWhenWritten();
    void peerLeft();
    void recount(); // bytes held, for the budget of all connections

    GateServer &m_server;
    QTcpSocket *m_socket;
    QPointer<GateSocket> m_facade;
    QHostAddress m_peer;
    State m_state = State::Idle;
    QDeadlineTimer m_deadline;
    QByteArray m_input;
    qsizetype m_headSearched = 0;
    int m_emptyLines = 0; // before the request that is expected
    std::optional<ChunkedBody> m_chunked;
    GateRequest m_request;
    QList<std::pair<QByteArray, QByteArray>> m_extraHeaders;
    QByteArray m_answer;          // the library's bytes until its head is whole, then the bytes to send
    qint64 m_answerLeft = -1;     // body bytes that the library still has to write; -1: head not whole
    bool m_closeAfterAnswer = false;
    qint64 m_counted = 0;
    bool m_advancing = false;
    bool m_advanceQueued = false;
};

} // namespace oo
