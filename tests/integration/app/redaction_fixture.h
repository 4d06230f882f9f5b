#pragma once
// The program with the orders of a person, and a search for that person in every table and every key.

#include "service/domain/event.h"
#include "service/store/pg_connection.h"
#include "tests/support/samples.h"
#include "tests/support/service_process.h"

#include <QJsonObject>
#include <QStringList>

#include <memory>

namespace oo::test {

class RedactionFixture
{
protected:
    static constexpr char kOrder[] = "863122809515850897";
    static constexpr char kShop[] = "order-lab-example.myshopify.com";
    static constexpr char kOtherShop[] = "another.myshopify.com";

    ~RedactionFixture();
    void start(const QMap<QString, QString> &settings = {}); // a program of its own, instead of the one before
    void stop();
    // With the sample order booked; false if it does not come to that.
    bool startWithOrders();

    QByteArray text(const QByteArray &sql); // one value; an error of SQL fails the test program
    PgSettings postgres() const;
    QByteArray token() const; // an operator's

    // Give the status of the answer.
    int send(const QByteArray &topic, const QByteArray &body, const QByteArray &shop = kShop);
    int sendSample(const char *name);
    int sendCourier(const QByteArray &body);
    int tellCourier(const QByteArray &behaviour);

    // The person's order, with another id or other values.
    static QByteArray orderWith(const QJsonObject &changes);
    // Stored, and no worker knows of it: its job is not in Redis, and the janitor leaves it ten seconds.
    bool storeWithoutJob(const NewEvent &event, const QByteArray &body);
    bool storeWithoutJob(const QByteArray &topic, const QByteArray &body);
    // As the older service left an order: a row, and the event by which it was adopted; it wrote no shop down.
    bool adopt(const QByteArray &refId, const QByteArray &source, const QByteArray &email);

    bool isQuiet();     // all is folded or parked
    bool isForgotten(); // a request was carried out
    QByteArray known(); // orders that have a customer

    // Where something of the person stands: table or key: what.
    QStringList traces();
    QStringList redisTraces();

    std::unique_ptr<ServiceProcess> m_service;
    std::unique_ptr<PgConnection> m_postgres;
    int m_sent = 0;
};

} // namespace oo::test
