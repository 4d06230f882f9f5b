#include "service/app/chaos_supervisor.h"
#include "service/app/settings_reader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace oo;

namespace {

QProcessEnvironment environment(const QHash<QString, QString> &values)
{
    QProcessEnvironment all;
    for (auto it = values.cbegin(); it != values.cend(); ++it)
        all.insert(it.key(), it.value());
    return all;
}

const QHash<QString, QString> kProduction{{QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QStringLiteral("s")},
                                          {QStringLiteral("COURIER_SERVICE_URL"), QStringLiteral("https://courier.example.com")},
                                          {QStringLiteral("SHOPIFY_ADMIN_SERVICE_URL"), QStringLiteral("https://shop.example.com")}};

QString fileText(const char *path)
{
    QFile file(QStringLiteral(OO_SOURCE_DIR "/") + QLatin1StringView(path));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class SettingsReaderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theOlderServicesDefaultsHold()
    {
        const auto result = readSettings(environment(kProduction), {}, false);
        QCOMPARE(result.problems, QStringList());
        const auto &s = result.settings;
        QCOMPARE(s.appPort, 4000);
        QCOMPARE(s.postgres.port, 5432);
        QCOMPARE(s.redis.port, 6379);
        QCOMPARE(s.retries.attempts, 3);
        QCOMPARE(s.retries.delayMs, 5000);
        QCOMPARE(s.retries.type, BackoffType::Exponential);
        QCOMPARE(s.notificationLimit.max, 2);
        QCOMPARE(s.notificationLimit.durationMs, 1000);
    }

    void theEnvironmentGoesBeforeTheFile()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("env")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("# comment\nexport APP_ENV=local\nAPP_PORT=5000\nREDIS_PORT=\"7000\" # trailing\nDB_HOST = 'db host'\n");
        file.close();
        const auto result = readSettings(environment({{QStringLiteral("APP_PORT"), QStringLiteral("6000")}}), file.fileName(), false);
        QCOMPARE(result.problems, QStringList());
        QCOMPARE(result.settings.appPort, 6000);
        QCOMPARE(result.settings.redis.port, 7000);
        QCOMPARE(result.settings.postgres.host, QStringLiteral("db host"));
        QCOMPARE(result.values.value(QStringLiteral("REDIS_PORT")).origin, SettingOrigin::DotEnv);
    }

    void allProblemsAreToldAtOnce()
    {
        const auto result = readSettings(environment({{QStringLiteral("APP_PORT"), QStringLiteral("many")},
                                                      {QStringLiteral("QUEUE_DEFAULT_BACKOFF_TYPE"), QStringLiteral("sometimes")},
                                                      {QStringLiteral("COURIER_SERVICE_URL"), QStringLiteral("courier")}}), {}, false);
        QCOMPARE(result.problems.size(), 3);
    }

    void productionDoesNotStartUnprotected_data()
    {
        QTest::addColumn<QString>("missing");
        for (auto it = kProduction.cbegin(); it != kProduction.cend(); ++it)
            QTest::addRow("%s", qPrintable(it.key())) << it.key();
    }

    void productionDoesNotStartUnprotected()
    {
        QFETCH(QString, missing);
        auto values = kProduction;
        values.remove(missing);
        QCOMPARE(readSettings(environment(values), {}, false).problems.size(), 1);
    }

    void aTrialWarnsLoudlyWithoutASecret()
    {
        const auto result = readSettings(environment({}), {}, true);
        QCOMPARE(result.problems, QStringList());
        QCOMPARE(result.settings.environment, AppEnvironment::Local);
        QVERIFY(result.settings.secrets.allowUnsignedShopify);
        QVERIFY(result.warnings.join(QString()).contains(QLatin1StringView("UNSIGNED")));
    }

    void chaosIsForTrialsWithBothStandIns_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("takesWebhooks");
        QTest::addColumn<bool>("allowed");
        QTest::addRow("local") << QStringLiteral("APP_ENV") << QStringLiteral("local") << true << true;
        QTest::addRow("test") << QStringLiteral("APP_ENV") << QStringLiteral("test") << true << true;
        QTest::addRow("production") << QStringLiteral("APP_ENV") << QStringLiteral("production") << true << false;
        QTest::addRow("a real courier") << QStringLiteral("COURIER_SERVICE_URL") << QStringLiteral("http://courier.example") << true << false;
        QTest::addRow("a real shop") << QStringLiteral("SHOPIFY_ADMIN_SERVICE_URL") << QStringLiteral("http://shop.example") << true << false;
        QTest::addRow("no webhooks here") << QStringLiteral("APP_ENV") << QStringLiteral("local") << false << false;
    }
    void chaosIsForTrialsWithBothStandIns()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(bool, takesWebhooks);
        QFETCH(bool, allowed);
        QProcessEnvironment environment;
        environment.insert(QStringLiteral("APP_ENV"), QStringLiteral("local"));
        environment.insert(key, value);
        QCOMPARE(chaosRefusal(readSettings(environment, {}, false).settings, takesWebhooks).isEmpty(), allowed);
    }

    void secretsAreMasked()
    {
        auto values = kProduction;
        values.insert(QStringLiteral("SHOPIFY_WEBHOOK_SECRET"), QStringLiteral("topsecret,older"));
        const auto result = readSettings(environment(values), {}, false);
        QCOMPARE(result.settings.secrets.shopify, (QList<QByteArray>{"topsecret", "older"}));
        QVERIFY(!describeSettings(result).contains(QLatin1StringView("topsecret")));
    }

    void theReadmeAndTheExampleFollowTheTable()
    {
        QVERIFY2(fileText("README.md").contains(settingsAsMarkdown().trimmed()), "run: orchestratord check-config --table markdown");
        QCOMPARE(fileText(".env.example").trimmed(), settingsAsDotEnv().trimmed());
    }
};

QTEST_APPLESS_MAIN(SettingsReaderTest)
#include "settings_reader_test.moc"
