// What a look at a store calls unexpected.

#include "service/chaos/chaos_look.h"

#include "tests/support/test_servers.h"

#include <QTest>

using namespace oo;
using namespace oo::chaos;
using namespace oo::test;

class ChaosLookTest : public QObject
{
    Q_OBJECT

    std::unique_ptr<TestServers> m_servers;

    // Of a run that sent one webhook about each of the orders 1 (a-1) and T-1 (c-1), after another that sent b-1 about 2.
    QStringList unexpected(bool isAlone)
    {
        Traffic traffic;
        traffic.shopDomain = "s";
        traffic.orders = {{"1", "T-1"}};
        traffic.webhooks = {{Webhook::Kind::Shopify, 0, "orders/create", "a-1", {}, {}}, {Webhook::Kind::Courier, 0, {}, "c-1", {}, {}}};
        RunOptions options;
        options.postgres = m_servers->settings().postgres;
        options.url = QUrl(QStringLiteral("http://127.0.0.1:1/"));
        if (isAlone)
            options.alone = SentBefore{{"s:b-1"}, {"2"}};
        const auto found = Look(options, traffic).unexpected();
        return found ? *found : QStringList{found.error().message};
    }

    void store(const char *source, const char *ref, const char *deliveryId)
    {
        const auto text = [](const char *value) { return value ? '\'' + QByteArray(value) + '\'' : QByteArray("NULL"); };
        m_servers->run("INSERT INTO event_store (source, type, ref_id, delivery_id, payload) VALUES (" + text(source) + ", 'ORDER_UPDATED', " + text(ref) + ", " + text(deliveryId) + ", '{}')");
    }
    void makeOrder(const char *ref)
    {
        m_servers->run(QByteArray("INSERT INTO orders (id, ref_id, source) VALUES (gen_random_uuid(), '") + ref + "', 'shopify')");
    }

private Q_SLOTS:
    void initTestCase() { m_servers = std::make_unique<TestServers>(); }
    void cleanupTestCase() { m_servers.reset(); }
    void init() { m_servers->fresh(); }

    void whatWasSentIsExpected()
    {
        store("shopify", "1", "s:a-1");
        store("courier", "T-1", "c-1");
        store("shopify", "2", "s:b-1");
        makeOrder("1");
        makeOrder("2");
        QCOMPARE(unexpected(false), QStringList());
        QCOMPARE(unexpected(true), QStringList());
    }

    void whatWasNotSentIsUnexpected_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<QByteArray>("ref");
        QTest::addColumn<QByteArray>("deliveryId");
        QTest::addColumn<bool>("seenAmongOthers"); // in a store that is not the run's alone
        QTest::addRow("another delivery about its order") << QByteArray("shopify") << QByteArray("1") << QByteArray("s:a-2") << true;
        QTest::addRow("no delivery id") << QByteArray("shopify") << QByteArray("1") << QByteArray() << true;
        QTest::addRow("about an order of nobody") << QByteArray("shopify") << QByteArray("77") << QByteArray("s:x-1") << false;
        QTest::addRow("its delivery about another order") << QByteArray("shopify") << QByteArray("77") << QByteArray("s:a-1") << false;
        QTest::addRow("an earlier run's delivery about this one's order") << QByteArray("shopify") << QByteArray("1") << QByteArray("s:b-1") << true;
        QTest::addRow("a courier's about a number of nobody") << QByteArray("courier") << QByteArray("T-77") << QByteArray("c-1") << false;
        QTest::addRow("an effect of no order") << QByteArray("internal") << QByteArray("1") << QByteArray() << false;
    }

    void whatWasNotSentIsUnexpected()
    {
        QFETCH(QByteArray, source);
        QFETCH(QByteArray, ref);
        QFETCH(QByteArray, deliveryId);
        QFETCH(bool, seenAmongOthers);
        store(source.constData(), ref.constData(), deliveryId.isNull() ? nullptr : deliveryId.constData());
        QCOMPARE(unexpected(true).size(), 1);
        QCOMPARE(unexpected(false).size(), seenAmongOthers ? 1 : 0);
    }

    void anOrderOfNobodyIsUnexpected()
    {
        makeOrder("77");
        QCOMPARE(unexpected(true), QStringList{QStringLiteral("order 77 of shopify")});
        QCOMPARE(unexpected(false), QStringList());
    }
};

QTEST_GUILESS_MAIN(ChaosLookTest)
#include "chaos_look_test.moc"
