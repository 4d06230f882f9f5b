// Where in the work of a service its fault points lie: what is stored, and what is not, once it was killed there.

#include "service/domain/signature.h"
#include "service/proof/sandbox.h"

#include <QFile>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace oo;
using namespace oo::proof;

class FaultPlacesTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    std::unique_ptr<Sandbox> m_sandbox;
    int m_orders = 0;

    ServiceSlot &service() { return *m_sandbox->services().front(); }

    // Its status, or 0 if there was no answer.
    int sendOrder()
    {
        const auto target = m_sandbox->target();
        const QByteArray body = "{\"id\":" + QByteArray::number(++m_orders) + R"(,"updated_at":"2026-04-06T10:00:00Z","financial_status":"paid"})";
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), service().port());
        if (!socket.waitForConnected(5000))
            return 0;
        socket.write("POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nX-Shopify-Topic: orders/create\r\nX-Shopify-Shop-Domain: s.myshopify.com\r\nX-Shopify-Webhook-Id: "
                     + QByteArray::number(m_orders) + "\r\nX-Shopify-Hmac-Sha256: " + signBody(target.secret, body) + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        while (socket.bytesAvailable() < 12 && socket.waitForReadyRead(10000)) { }
        return socket.read(12).mid(9).toInt();
    }

    void restart(const std::optional<FaultOrders::Kill> &kill)
    {
        service().signal(SIGKILL);
        QTRY_VERIFY(!service().isRunning());
        (void)service().ended();
        service().start(kill);
        QVERIFY(service().waitForReady(30000));
    }

    ServiceEnd endOfService()
    {
        std::optional<ServiceEnd> end; // it is told once
        (void)QTest::qWaitFor([&] { return (end = service().ended()).has_value(); }, 10000);
        return end.value_or(ServiceEnd());
    }

    qint64 number(const QByteArray &sql)
    {
        PgConnection postgres(m_sandbox->target().postgres);
        const auto rows = postgres.query(sql);
        return rows ? rows->int8(0, 0) : -1;
    }
    qint64 stored() { return number("SELECT count(*) FROM event_store WHERE source = 'shopify'"); }
    qint64 idsTaken() { return number("SELECT last_value FROM " + idSequence()); }
    QByteArray idSequence()
    {
        PgConnection postgres(m_sandbox->target().postgres);
        return postgres.query("SELECT pg_get_serial_sequence('event_store', 'id')")->text(0, 0);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile::setPermissions(m_folder.path(), QFile::permissions(m_folder.path()) | QFile::ReadOther | QFile::ExeOther); // PostgreSQL's user looks in
        m_sandbox = std::make_unique<Sandbox>(SandboxOptions{m_folder.path() + QStringLiteral("/sandbox"), QStringLiteral(OO_PROGRAM), QProcessEnvironment::systemEnvironment()});
        QVERIFY(m_sandbox->start());
        QVERIFY(m_sandbox->startServices(1));
        QCOMPARE(sendOrder(), 201);
    }
    void cleanupTestCase() { m_sandbox.reset(); }

    void aKillInIngestLeavesWhatItsPlaceSays_data()
    {
        QTest::addColumn<FaultPoint>("point");
        QTest::addColumn<bool>("isStored");
        QTest::addColumn<bool>("isAnswered");
        QTest::addRow("inserted, not committed") << FaultPoint::BeforeIngestCommit << false << false;
        QTest::addRow("committed, not answered") << FaultPoint::AfterIngestCommit << true << false;
        QTest::addRow("before the answer") << FaultPoint::BeforeAnswer << true << false;
        QTest::addRow("after the answer") << FaultPoint::AfterAnswer << true << true;
    }

    void aKillInIngestLeavesWhatItsPlaceSays()
    {
        QFETCH(FaultPoint, point);
        QFETCH(bool, isStored);
        QFETCH(bool, isAnswered);
        restart(FaultOrders::Kill{point, 1});
        const auto before = stored(), ids = idsTaken();
        QCOMPARE(sendOrder(), isAnswered ? 201 : 0);
        QCOMPARE(endOfService().point, std::optional(point));
        QTRY_COMPARE(number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'orchestratord'"), 0); // a transaction that was open is rolled back
        QCOMPARE(stored(), before + (isStored ? 1 : 0));
        QVERIFY2(idsTaken() > ids, "the INSERT was not sent");
    }

    // What is not stored passes neither the point after its commit nor the one before its job.
    void anEventThatCannotBeStoredReachesNoPointBehindItsCommit_data()
    {
        QTest::addColumn<FaultPoint>("point");
        for (const auto point : {FaultPoint::BeforeIngestCommit, FaultPoint::AfterIngestCommit, FaultPoint::BeforeJobAdd})
            QTest::addRow("%s", textOf(point).data()) << point;
    }

    void anEventThatCannotBeStoredReachesNoPointBehindItsCommit()
    {
        QFETCH(FaultPoint, point);
        restart(FaultOrders::Kill{point, 1});
        PgConnection postgres(m_sandbox->target().postgres);
        QVERIFY(postgres.runScript("ALTER TABLE event_store RENAME TO event_store_away"));
        const auto status = sendOrder();
        QVERIFY(postgres.runScript("ALTER TABLE event_store_away RENAME TO event_store"));
        QCOMPARE(status, 503);
        QVERIFY(service().isRunning());
        (void)sendOrder();
        QCOMPARE(endOfService().point, std::optional(point));
    }
};

QTEST_GUILESS_MAIN(FaultPlacesTest)
#include "fault_places_test.moc"
