#include "service/domain/signature.h"
#include "tests/support/samples.h"

#include <QTest>

using namespace oo;
using namespace oo::test;

class SignatureTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everySampleCarriesTheRightSignature_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &name : sampleNames())
            QTest::addRow("%s", qPrintable(name)) << name;
    }

    void everySampleCarriesTheRightSignature()
    {
        QFETCH(QString, name);
        const auto sample = shopifySample(name);
        QCOMPARE(matchSignature({kSampleSecret}, sample.body, sample.header("X-Shopify-Hmac-Sha256")), std::optional<qsizetype>(0));
        auto changed = sample.body;
        changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
        QVERIFY(!matchSignature({kSampleSecret}, changed, sample.header("X-Shopify-Hmac-Sha256")));
    }

    void tellsWhichOfSeveralSecretsMatched()
    {
        const QList<QByteArray> secrets{"old", "new"};
        QCOMPARE(matchSignature(secrets, "body", signBody("new", "body")), std::optional<qsizetype>(1));
        QCOMPARE(matchSignature(secrets, "body", signBody("old", "body")), std::optional<qsizetype>(0));
        QVERIFY(!matchSignature(secrets, "body", signBody("other", "body")));
    }

    void whatIsNoSignatureNeverMatches_data()
    {
        QTest::addColumn<QByteArray>("signature");
        QTest::addRow("empty") << QByteArray();
        QTest::addRow("hex instead of base64") << QByteArray::fromBase64(signBody("secret", "body")).toHex();
        QTest::addRow("too short") << QByteArray("QUJD");
        QTest::addRow("not base64") << QByteArray("!!!!");
        QTest::addRow("with a tail") << signBody("secret", "body") + "AAAA";
    }

    void whatIsNoSignatureNeverMatches()
    {
        QFETCH(QByteArray, signature);
        QVERIFY(!matchSignature({"secret"}, "body", signature));
        QVERIFY(!matchSignature({}, "body", signature));
    }
};

QTEST_APPLESS_MAIN(SignatureTest)
#include "signature_test.moc"
