#include "service/proof/tcp_proxy.h"
#include "tests/support/test_servers.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

class PgConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_servers = std::make_unique<TestServers>();
        m_servers->fresh();
        m_proxy = std::make_unique<proof::TcpProxy>(QList<proof::TcpProxy::Target>{{m_servers->settings().postgres.host + QStringLiteral("/.s.PGSQL.5432"), 0}});
        m_settings = m_servers->settings().postgres;
        m_settings.host = QStringLiteral("127.0.0.1");
        m_settings.port = m_proxy->port();
        m_settings.statementTimeoutMs = 500;
    }
    void cleanupTestCase()
    {
        m_proxy.reset();
        m_servers.reset();
    }

    void aServerThatHangsIsGivenUpAndServesAgainLater_data()
    {
        using Ask = std::function<Status(PgConnection &)>;
        QTest::addColumn<Ask>("ask");
        const auto status = [](const auto &result) { return result ? Status() : Status(failure(result)); };
        QTest::addRow("a statement") << Ask([=](PgConnection &c) { return status(c.run(sql::ping)); });
        QTest::addRow("several at once") << Ask([=](PgConnection &c) { return status(c.runAll({{sql::ping, {}}, {sql::ping, {}}})); });
        QTest::addRow("a text") << Ask([=](PgConnection &c) { return status(c.query("SELECT 1")); });
        // More than the buffers on the way hold: sending must not hang either.
        QTest::addRow("a large value") << Ask([=](PgConnection &c) { return status(c.query("SELECT length($1::text)", PgParams().add(QByteArray(64 << 20, 'x')))); });
    }

    void aServerThatHangsIsGivenUpAndServesAgainLater()
    {
        QFETCH(std::function<Status(PgConnection &)>, ask);
        PgConnection connection(m_settings);
        QVERIFY(connection.run(sql::ping));
        m_proxy->setHole(true);
        const auto asked = ask(connection);
        QVERIFY(!asked);
        QCOMPARE(asked.error().code, ErrorCode::Unavailable);
        QVERIFY(!connection.isOpen());
        m_proxy->setHole(false);
        QVERIFY(connection.run(sql::ping));
    }

    void anErrorOfAStatementLeavesTheConnection()
    {
        PgConnection connection(m_settings);
        QCOMPARE(connection.query("SELECT 1 / 0").error().code, ErrorCode::Invalid);
        QVERIFY(connection.isOpen());
        QVERIFY(connection.query("SELECT 1"));
    }

    void aStatementPastItsLimitIsEndedByTheServer()
    {
        PgConnection connection(m_settings);
        QCOMPARE(connection.query("SELECT pg_sleep(600)").error().code, ErrorCode::Unavailable);
        QCOMPARE(connection.lastSqlState(), QByteArray("57014"));
        QVERIFY(connection.isOpen());
    }

    void aScriptTakesAsLongAsItTakes() // a migration of a large table
    {
        PgConnection connection(m_settings);
        QVERIFY(connection.runScript("SET statement_timeout = 0; SELECT pg_sleep(2)"));
    }

private:
    std::unique_ptr<TestServers> m_servers;
    std::unique_ptr<proof::TcpProxy> m_proxy;
    PgSettings m_settings;
};

QTEST_GUILESS_MAIN(PgConnectionTest)
#include "pg_connection_test.moc"
