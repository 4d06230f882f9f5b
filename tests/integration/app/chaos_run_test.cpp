// Chaos runs that are begun through the admin API, against the program as its users run it.

#include "tests/support/service_process.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace oo::test;

namespace {

using Key = QLatin1StringView;

// Half an hour, unless somebody ends it.
constexpr char kLongRun[] = "{\"orders\":100,\"events\":1000,\"rate\":50}";

// Command lines of the children that carry out a run.
QByteArrayList childrenOf(const QByteArray &run)
{
    QByteArrayList found;
    for (const auto &process : QDir(QStringLiteral("/proc")).entryList(QDir::Dirs)) {
        QFile file(QStringLiteral("/proc/%1/cmdline").arg(process));
        const auto line = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        if (line.contains('\0' + run + '\0'))
            found << line;
    }
    return found;
}

} // namespace

class ChaosRunTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_service = std::make_unique<ServiceProcess>();
        m_token = m_service->run({QStringLiteral("token"), QStringLiteral("create"), QStringLiteral("ops"), QStringLiteral("--role"), QStringLiteral("operator")}).trimmed();
    }
    void cleanupTestCase() { m_service.reset(); }

    void aRunIsJudgedAndLeftOutOfListsUnlessAskedFor()
    {
        const auto begun = begin("judged", "{\"orders\":12,\"events\":30,\"seed\":3}");
        QCOMPARE(begun[Key("state")].toString(), QStringLiteral("waiting"));
        QCOMPARE(begin("judged", "{\"orders\":12,\"events\":30,\"seed\":3}")[Key("id")], begun[Key("id")]); // the same request
        QTRY_COMPARE_WITH_TIMEOUT(run(begun)[Key("state")].toString(), QStringLiteral("done"), 60000);
        const auto verdict = run(begun)[Key("verdict")].toObject();
        QVERIFY2(verdict[Key("clean")].toBool(), QJsonDocument(verdict).toJson().constData());
        QCOMPARE(verdict[Key("acknowledged")].toInt(), 360);
        const auto name = begun[Key("run")].toString().toUtf8();
        for (const QByteArray list : {"orders?limit=500", "events?limit=500", "calls?limit=500", "courier-events/unmatched?limit=500"}) {
            QCOMPARE(items("/admin/v1/" + list).size(), 0);
            QVERIFY2(items("/admin/v1/" + list + "&run=" + name).size() > 0, list.constData());
        }
        QVERIFY(items("/admin/v1/orders?run=" + name).size() <= 12);
        const auto tail = get("/admin/v1/tail?after=" + QByteArray("0.0").toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
        QCOMPARE(tail[Key("events")].toArray().size() + tail[Key("orders")].toArray().size(), 0);
        const auto stuck = get("/admin/v1/stuck");
        QVERIFY(!stuck.isEmpty());
        for (const auto &count : stuck)
            QCOMPARE(count.toInt(), 0);
    }

    void aCancelledRunEndsItsChildAndSaysSo()
    {
        const auto begun = begin("cancelled", kLongRun);
        const auto name = begun[Key("run")].toString().toUtf8();
        QTRY_COMPARE_WITH_TIMEOUT(childrenOf(name).size(), 1, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(!run(begun)[Key("progress")].isNull(), 20000);
        QVERIFY2(!childrenOf(name).join().contains("shpss_"), "a secret is among the arguments");
        QCOMPARE(post("/admin/v1/chaos/" + begun[Key("id")].toString().toUtf8() + "/cancel", "{\"requestId\":\"cancel-it-1\",\"reason\":\"enough\"}"), 200);
        QTRY_COMPARE(run(begun)[Key("state")].toString(), QStringLiteral("cancelled"));
        QVERIFY(run(begun)[Key("verdict")][Key("cancelled")].toBool());
        QCOMPARE(childrenOf(name).size(), 0);
        QCOMPARE(post("/admin/v1/chaos/" + begun[Key("id")].toString().toUtf8() + "/cancel", "{\"requestId\":\"cancel-it-2\",\"reason\":\"enough\"}"), 409);
    }

    void aRunEndsWithItsService()
    {
        const auto begun = begin("abandoned", kLongRun);
        const auto name = begun[Key("run")].toString().toUtf8();
        QTRY_COMPARE_WITH_TIMEOUT(childrenOf(name).size(), 1, 20000);
        m_service->kill();
        QTRY_COMPARE(childrenOf(name).size(), 0);
        m_service->start();
        QTRY_COMPARE_WITH_TIMEOUT(run(begun)[Key("state")].toString(), QStringLiteral("failed"), 60000);
        QVERIFY(!run(begun)[Key("error")].toString().isEmpty());
    }

    void wrongOptionsAreRefused_data()
    {
        QTest::addColumn<QByteArray>("options");
        for (const char *options : {"{\"orders\":0}", "{\"orders\":1.5}", "{\"orders\":\"3\"}", "{\"duplicates\":1.1}", "{\"url\":1}", "{\"orders\":100000,\"events\":100}", "[]", "7"})
            QTest::addRow("%s", options) << QByteArray(options);
    }
    void wrongOptionsAreRefused()
    {
        QFETCH(QByteArray, options);
        QCOMPARE(post("/admin/v1/chaos", "{\"requestId\":\"wrong-" + QByteArray::number(++m_requests) + "-x\",\"reason\":\"x\",\"options\":" + options + '}'), 400);
    }

private:
    QJsonObject begin(const QByteArray &requestId, const QByteArray &options)
    {
        return QJsonDocument::fromJson(m_service->admin("POST", "/admin/v1/chaos", "{\"requestId\":\"run-" + requestId + "\",\"reason\":\"test\",\"options\":" + options + '}', m_token).body).object();
    }
    QJsonObject get(const QByteArray &path) const { return QJsonDocument::fromJson(m_service->admin("GET", path, {}, m_token).body).object(); }
    QJsonArray items(const QByteArray &path) const { return get(path)[Key("items")].toArray(); }
    QJsonObject run(const QJsonObject &begun) const { return get("/admin/v1/chaos/" + begun[Key("id")].toString().toUtf8()); }
    int post(const QByteArray &path, const QByteArray &body) const { return m_service->admin("POST", path, body, m_token).status; }

    std::unique_ptr<ServiceProcess> m_service;
    QByteArray m_token;
    int m_requests = 0;
};

QTEST_GUILESS_MAIN(ChaosRunTest)
#include "chaos_run_test.moc"
