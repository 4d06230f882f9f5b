#pragma once
// The differences of QtHttpServer from 6.4 to 6.11 that this program meets, in one place (qt-platform-notes §1.1).

#include <QAbstractHttpServer>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QTcpServer>

namespace oo {

// Every request ends in onRequest(); the responder may be moved away and answered later.
class HttpServerBase : public QAbstractHttpServer
{
public:
    using QAbstractHttpServer::QAbstractHttpServer;

    bool serve(QTcpServer *server) // a server that listens already
    {
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
        return bind(server);
#else
        bind(server);
        return server->isListening();
#endif
    }

protected:
    virtual void onRequest(const QHttpServerRequest &request, QHttpServerResponder &&responder) = 0;

private:
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) final
    {
        onRequest(request, std::move(responder));
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) final {}
#elif QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) final
    {
        onRequest(request, std::move(responder));
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &&) final {}
#else
    bool handleRequest(const QHttpServerRequest &request, QTcpSocket *socket) final
    {
        onRequest(request, makeResponder(request, socket));
        return true;
    }
    void missingHandler(const QHttpServerRequest &, QTcpSocket *) final {}
#endif
};

} // namespace oo
