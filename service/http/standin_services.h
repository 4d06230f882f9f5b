#pragma once
// The stand-in courier and shop under /mocks, for APP_ENV local and test: they accept a key once, can be looked up by key, and
// can be told to misbehave.
//
//   POST /mocks/request-shipping-booking, /mocks/notify-order-payment-cancelled, /mocks/update-shopify-order
//   GET  /mocks/bookings?key=K      the booking under that key, or 404
//   GET  /mocks/ledger?from=N&limit=M   what was accepted, in order
//   POST /mocks/behaviour           {"call": "request-shipping-booking", "mode": "fail", "status": 500, "times": 3}
//        mode: ok, fail (answers `status`, with `retryAfter` seconds), hang (accepts, never answers), drop (accepts, then
//        drops the connection), drop-unread (drops without accepting), slow (answers after `delayMs`),
//        echo (answers `status` with what it was sent)
//   POST /mocks/shipment            {"refId", "trackingNumber", "courier", "shippingFee"}: the answer to that order's booking
//   POST /mocks/reset

#include "service/http/gated_http_server.h"
#include "service/http/standin_ledger.h"

#include <QJsonObject>
#include <QObject>

namespace oo {

class StandinServices : public QObject
{
    Q_OBJECT

public:
    // A courier that does not honour keys accepts a repeated one again (a negative control of proof runs).
    enum class Keys { Honoured, Ignored };
    StandinServices(GatedHttpServer &server, const QString &ledgerFile, Keys keys = Keys::Honoured);

private:
    enum class Mode { Ok, Fail, Hang, Drop, DropUnread, Slow, Echo };
    struct Behaviour
    {
        Mode mode = Mode::Ok;
        int status = 500;
        int retryAfter = 0;
        int delayMs = 0;
        int times = -1; // how many calls it holds for; -1: until told otherwise
    };

    void call(const QByteArray &name, const GateRequest &request);
    QByteArray accept(const QByteArray &name, const QByteArray &key, const QJsonObject &body);
    Behaviour nextBehaviour(const QByteArray &name);
    void lookUp(const GateRequest &request);
    void showLedger(const GateRequest &request);
    void setBehaviour(const GateRequest &request);
    void setShipment(const GateRequest &request);

    GatedHttpServer &m_server;
    StandinLedger m_ledger;
    Keys m_keys;
    QHash<QByteArray, Behaviour> m_behaviours;
};

} // namespace oo
