#pragma once
// An HTTP server of the test's own event loop that answers what it is told to: a courier that refuses, something that is not our service.

#include <QByteArray>
#include <QList>
#include <QTcpServer>
#include <QUrl>

#include <functional>
#include <memory>

namespace oo::test {

struct StubRequest
{
    QByteArray method, path;
    QByteArray head; // whole, with its request line
    QByteArray body;
    QByteArray header(const QByteArray &name) const; // empty: none
};

struct StubAnswer
{
    int status = 200;
    QByteArray body = "{}";
    bool isSilent = false; // no answer, and the connection stays
    QByteArray whole = {}; // if it is not empty: these very bytes instead
};

class StubServer : public QObject
{
    Q_OBJECT

public:
    using Answer = std::function<StubAnswer(const StubRequest &)>;
    enum class Over { Plain, Tls }; // Tls: with a certificate that nobody trusts, made for this run

    explicit StubServer(Answer answer, Over over = Over::Plain);
    QUrl url() const;
    void setAnswer(Answer answer) { m_answer = std::move(answer); }
    const QList<StubRequest> &requests() const { return m_requests; }

private:
    void read(QTcpSocket *socket);

    Over m_over;
    Answer m_answer;
    QList<StubRequest> m_requests;
    QHash<QTcpSocket *, QByteArray> m_input;
    std::unique_ptr<QTcpServer> m_server; // the first to go: its sockets tell that they close
};

} // namespace oo::test
