#pragma once
// The program as its users run it, with embedded servers in a folder of its own; ended with the object.

#include <QByteArray>
#include <QList>
#include <QMap>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

namespace oo::test {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

struct HttpReply
{
    int status = 0; // 0: none
    QByteArray body;
};

class ServiceProcess
{
public:
    // A service that does not get ready fails the test program. `more`: settings beside those of every test.
    explicit ServiceProcess(QMap<QString, QString> more = {});
    ~ServiceProcess();

    quint16 publicPort() const { return m_publicPort; }
    quint16 adminPort() const { return m_adminPort; }
    qint64 processId() const { return m_process.processId(); }
    QString folder() const { return m_folder.path(); }

    HttpReply send(const QByteArray &method, const QByteArray &path, const QByteArray &body, const HttpHeaders &headers) const
    {
        return exchange(m_publicPort, method, path, body, headers);
    }
    HttpReply admin(const QByteArray &method, const QByteArray &path, const QByteArray &body, const QByteArray &token) const
    {
        return exchange(m_adminPort, method, path, body, {{"Authorization", "Bearer " + token}});
    }
    static HttpReply exchange(quint16 port, const QByteArray &method, const QByteArray &path, const QByteArray &body, const HttpHeaders &headers);

    // Another command of the program on the same data; its output.
    QByteArray run(const QStringList &command) const;

    QProcessEnvironment environment() const; // the service's, with kSampleSecret for the shop's webhooks
    void kill();  // -9; the servers stay
    int stop();   // SIGTERM; the exit code, -1 if it crashed
    void start(); // again, on the same folder

private:
    QMap<QString, QString> m_more;
    QTemporaryDir m_folder;
    quint16 m_publicPort = 0;
    quint16 m_adminPort = 0;
    QProcess m_process;
};

} // namespace oo::test
