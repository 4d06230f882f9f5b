#include "service/clients/call_verdict.h"

#include <QTest>

using namespace oo;

Q_DECLARE_METATYPE(oo::CallVerdict::Kind)

class CallVerdictTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAnswerMeansWhatTheNextStepIs_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("mayHaveLeft");
        QTest::addColumn<qint64>("retryAfterMs"); // -1: none
        QTest::addColumn<CallVerdict::Kind>("kind");
        using K = CallVerdict::Kind;
        QTest::addRow("200") << 200 << true << -1ll << K::Accepted;
        QTest::addRow("204") << 204 << true << -1ll << K::Accepted;
        QTest::addRow("302") << 302 << true << -1ll << K::ErrorAnswer;
        QTest::addRow("400") << 400 << true << -1ll << K::Refused;
        QTest::addRow("404") << 404 << true << -1ll << K::Refused;
        QTest::addRow("422 with Retry-After") << 422 << true << 5000ll << K::Refused;
        QTest::addRow("408") << 408 << true << -1ll << K::ComeLater;
        QTest::addRow("425") << 425 << true << -1ll << K::ComeLater;
        QTest::addRow("429") << 429 << true << 5000ll << K::ComeLater;
        QTest::addRow("500") << 500 << true << -1ll << K::ErrorAnswer;
        QTest::addRow("502") << 502 << true << -1ll << K::NoAnswer;
        QTest::addRow("503") << 503 << true << -1ll << K::NoAnswer;
        QTest::addRow("504") << 504 << true << -1ll << K::NoAnswer;
        QTest::addRow("505") << 505 << true << -1ll << K::ErrorAnswer;
        QTest::addRow("503 with Retry-After") << 503 << true << 2000ll << K::ComeLater;
        QTest::addRow("no answer") << 0 << true << -1ll << K::NoAnswer;
        QTest::addRow("never left") << 0 << false << -1ll << K::NotSent;
    }

    void anAnswerMeansWhatTheNextStepIs()
    {
        QFETCH(int, status);
        QFETCH(bool, mayHaveLeft);
        QFETCH(qint64, retryAfterMs);
        QFETCH(CallVerdict::Kind, kind);
        const auto verdict = verdictOf({status, mayHaveLeft, "{}", retryAfterMs < 0 ? std::nullopt : std::optional(retryAfterMs), {}});
        QCOMPARE(verdict.kind, kind);
        QCOMPARE(verdict.booking.refusal.has_value(), kind == CallVerdict::Kind::Refused);
    }

    void aRetryAfterOfZeroIsStillPatience()
    {
        QVERIFY(verdictOf({429, true, {}, 0, {}}).waitMs >= 1000);
    }

    void theCourierNamesWhatAnOrderCanHold_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("tracking"); // empty: none
        QTest::addColumn<QByteArray>("fee");
        QTest::addRow("camel case") << QByteArray(R"({"trackingNumber":"T","shippingFee":"7.50"})") << QByteArray("T") << QByteArray("7.50");
        QTest::addRow("snake case") << QByteArray(R"({"tracking_number":"T","shipping_fee":"7.50"})") << QByteArray("T") << QByteArray("7.50");
        QTest::addRow("fee as a number") << QByteArray(R"({"fee":7.50})") << QByteArray() << QByteArray("7.50");
        QTest::addRow("leading zeros") << QByteArray(R"({"fee":"007.50"})") << QByteArray() << QByteArray("7.50");
        QTest::addRow("fee that is none") << QByteArray(R"({"fee":"free"})") << QByteArray() << QByteArray();
        QTest::addRow("negative fee") << QByteArray(R"({"fee":-1})") << QByteArray() << QByteArray();
        QTest::addRow("blank number") << QByteArray(R"({"trackingNumber":" "})") << QByteArray() << QByteArray();
        QTest::addRow("endless number") << "{\"trackingNumber\":\"" + QByteArray(3000, 'x') + "\"}" << QByteArray() << QByteArray();
        QTest::addRow("NUL in the number") << QByteArray(R"({"trackingNumber":"T\u0000"})") << QByteArray("T\xef\xbf\xbd") << QByteArray();
        QTest::addRow("not JSON") << QByteArray("OK") << QByteArray() << QByteArray();
    }

    void theCourierNamesWhatAnOrderCanHold()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, tracking);
        QFETCH(QByteArray, fee);
        const auto booking = verdictOf({200, true, body, {}, {}}).booking;
        QCOMPARE(booking.trackingNumber.value_or(QByteArray()), tracking);
        QCOMPARE(booking.shippingFee.value_or(QByteArray()), fee);
    }
};

QTEST_APPLESS_MAIN(CallVerdictTest)
#include "call_verdict_test.moc"
