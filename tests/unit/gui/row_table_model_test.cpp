#include "gui/models/event_columns.h"
#include "gui/models/order_columns.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace oo;
using namespace oo::gui;

namespace {

struct Parcel
{
    QByteArray id;
    int weight = 0;
    std::optional<Instant> sentAt;
};

const std::array kParcelColumns{
    Column<Parcel>{"id", "Id", [](const Parcel &p) { return Cell::of(p.id); }, 90},
    Column<Parcel>{"weight", "Weight", [](const Parcel &p) { return Cell::number(p.weight, p.weight > 100 ? Tone::Warning : Tone::Plain); }, 70},
    Column<Parcel>{"sentAt", "Sent", [](const Parcel &p) { return Cell::at(p.sentAt); }, 180, false},
};

using ParcelModel = RowTableModel<Parcel>;

std::vector<Parcel> parcels(const QList<QByteArray> &ids, int weight = 1)
{
    std::vector<Parcel> made;
    for (const auto &id : ids)
        made.push_back({id, weight, {}});
    return made;
}

QByteArray idsOf(const ParcelModel &model)
{
    QByteArrayList ids;
    for (const auto &row : model.rows())
        ids << row.id;
    return ids.join(' ');
}

} // namespace

class RowTableModelTest : public QObject
{
    Q_OBJECT

    ParcelModel m_model{kParcelColumns, [](const Parcel &p) { return p.id; }};

private Q_SLOTS:
    void init()
    {
        m_model.clear();
        m_model.setTime(TimeText("Europe/Berlin"));
    }

    void everyChangeKeepsTheRulesOfModels()
    {
        const QAbstractItemModelTester tester(&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_model.prepend({});
        m_model.prepend(parcels({"c", "d"}));
        m_model.prepend(parcels({"a", "b"}));
        m_model.append(parcels({"e", "f"}));
        m_model.append({});
        QCOMPARE(idsOf(m_model), "a b c d e f");
        m_model.trim(10);
        m_model.trim(5);
        QCOMPARE(idsOf(m_model), "a b c d e");
        m_model.update(1, {"b", 500, {}});
        m_model.assign(parcels({"e", "x", "b", "a"}));
        QCOMPARE(idsOf(m_model), "e x b a");
        m_model.trim(0);
        m_model.append(parcels({"z"}));
        m_model.assign({});
        QCOMPARE(m_model.rowCount(), 0);
        m_model.clear();
    }

    void theListsOfMessagesKeepTheRulesOfModels()
    {
        const auto check = [](auto &model, auto message) {
            const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
            model.append({message, message});
            for (int column = 0; column < model.columnCount(); ++column) {
                for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(ToneRole), int(CopyRole), int(KeyRole)})
                    QVERIFY(model.index(0, column).data(role).isValid());
                QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
                QVERIFY(!model.columnKey(column).isEmpty());
                QVERIFY(model.columnWidth(column) > 0);
            }
            QVERIFY(model.isShownAtFirst(0));
        };
        EventTableModel events(eventColumns(), &keyOf);
        check(events, EventSummary());
        OrderTableModel orders(orderColumns(), &keyOf);
        check(orders, OrderSummary());
        TimelineModel timeline(timelineColumns(), &keyOf);
        check(timeline, TimelineEntry());
        StateModel states(stateColumns(), &keyOf);
        check(states, StateAfter());
        CallTableModel calls(callColumns(), &keyOf);
        check(calls, CallSummary());
    }

    void aTimeIsShownInTheZoneAndCopiedInUtc()
    {
        m_model.append({{"a", 1, parseInstant("2026-07-01T10:00:00.123456Z")}, {"b", 1, {}}});
        const auto sent = m_model.index(0, 2);
        QCOMPARE(sent.data().toString(), QStringLiteral("2026-07-01 12:00:00.123"));
        QCOMPARE(sent.data(Qt::ToolTipRole).toString(), QStringLiteral("2026-07-01T10:00:00.123456Z (UTC)"));
        QCOMPARE(sent.data(CopyRole).toString(), QStringLiteral("2026-07-01T10:00:00.123456Z"));
        for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole), int(CopyRole)})
            QCOMPARE(m_model.index(1, 2).data(role).toString(), QString());
    }

    void anotherZoneIsToldToWhoeverShowsTheRows()
    {
        m_model.append({{"a", 1, parseInstant("2026-07-01T10:00:00Z")}});
        QSignalSpy changed(&m_model, &QAbstractItemModel::dataChanged);
        m_model.setTime(TimeText("UTC"));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(m_model.index(0, 2).data().toString(), QStringLiteral("2026-07-01 10:00:00.000"));
    }

    void aCellTellsItsTextToneSideAndKey()
    {
        m_model.append({{"نورة", 500, {}}});
        QCOMPARE(m_model.index(0, 0).data().toString(), QStringLiteral("نورة"));
        QCOMPARE(m_model.index(0, 0).data(ToneRole).toInt(), int(Tone::Plain));
        QCOMPARE(m_model.index(0, 1).data().toString(), QStringLiteral("500"));
        QCOMPARE(m_model.index(0, 1).data(Qt::ToolTipRole).toString(), QStringLiteral("500"));
        QCOMPARE(m_model.index(0, 1).data(CopyRole).toString(), QStringLiteral("500"));
        QCOMPARE(m_model.index(0, 1).data(ToneRole).toInt(), int(Tone::Warning));
        QVERIFY(m_model.index(0, 1).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
        QVERIFY(m_model.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignLeft);
        for (int column = 0; column < 3; ++column)
            QCOMPARE(m_model.index(0, column).data(KeyRole).toByteArray(), QByteArray("نورة"));
        QVERIFY(!m_model.index(0, 0).data(Qt::DecorationRole).isValid());
    }

    void aHeaderThatDoesNotExistIsNothing()
    {
        QCOMPARE(m_model.headerData(1, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("Weight"));
        QVERIFY(!m_model.headerData(-1, Qt::Horizontal, Qt::DisplayRole).isValid());
        QVERIFY(!m_model.headerData(3, Qt::Horizontal, Qt::DisplayRole).isValid());
    }

    void aRowIsFoundByItsKey()
    {
        m_model.append(parcels({"a", "b", "c"}));
        QCOMPARE(m_model.rowOfKey("c"), 2);
        QCOMPARE(m_model.rowOfKey("d"), -1);
    }

    void assignTakesWhatIsNewOfARowThatStays()
    {
        m_model.append(parcels({"a", "b"}, 1));
        const QPersistentModelIndex b(m_model.index(1, 1));
        QSignalSpy resets(&m_model, &QAbstractItemModel::modelReset);
        m_model.assign(parcels({"b", "a"}, 2));
        QCOMPARE(b.row(), 0);
        QCOMPARE(b.data().toString(), QStringLiteral("2"));
        QCOMPARE(resets.size(), 0);
    }

    void assignTakesAKeyThatComesTwice()
    {
        const QAbstractItemModelTester tester(&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_model.assign(parcels({"a", "b", "a"}));
        QCOMPARE(idsOf(m_model), "a b a");
        m_model.assign(parcels({"a", "a", "c"}));
        QCOMPARE(idsOf(m_model), "a a c");
        m_model.assign(parcels({"a"}));
        QCOMPARE(idsOf(m_model), "a");
    }

    void selectionsStayOnTheirRowsWhateverHappens_data()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 40; ++seed)
            QTest::addRow("seed %d", seed) << seed;
    }

    void selectionsStayOnTheirRowsWhateverHappens()
    {
        QFETCH(int, seed);
        QRandomGenerator random(static_cast<quint32>(seed));
        const QAbstractItemModelTester tester(&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QList<QByteArray> expected;
        int last = 0;
        const auto fresh = [&] {
            QList<QByteArray> ids;
            for (int left = random.bounded(0, 5); left > 0; --left)
                ids << QByteArray::number(++last);
            return ids;
        };
        for (int step = 0; step < 60; ++step) {
            QHash<QByteArray, QPersistentModelIndex> marked;
            for (int row = 0; row < m_model.rowCount(); ++row)
                marked.insert(m_model.rowKey(row), m_model.index(row, random.bounded(3)));
            switch (random.bounded(5)) {
            case 0: {
                const auto ids = fresh();
                m_model.prepend(parcels(ids));
                expected = ids + expected;
                break;
            }
            case 1: {
                const auto ids = fresh();
                m_model.append(parcels(ids));
                expected += ids;
                break;
            }
            case 2: {
                const int most = random.bounded(0, 12);
                m_model.trim(most);
                expected = expected.mid(0, most);
                break;
            }
            case 3:
                if (!expected.isEmpty()) {
                    const int row = random.bounded(static_cast<int>(expected.size()));
                    m_model.update(row, {expected[row], 3, {}});
                }
                break;
            default:
                expected += fresh();
                expected.removeIf([&](const QByteArray &) { return random.bounded(4) == 0; });
                std::shuffle(expected.begin(), expected.end(), random);
                m_model.assign(parcels(expected));
            }
            QCOMPARE(idsOf(m_model), expected.join(' '));
            for (auto it = marked.cbegin(); it != marked.cend(); ++it) {
                QCOMPARE(it->isValid(), expected.contains(it.key()));
                if (it->isValid())
                    QCOMPARE(it->data(KeyRole).toByteArray(), it.key());
            }
        }
    }
};

QTEST_GUILESS_MAIN(RowTableModelTest)
#include "row_table_model_test.moc"
