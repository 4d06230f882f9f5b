#include "gui/client/layout_file.h"
#include "gui/models/event_columns.h"
#include "gui/pages/empty_text.h"
#include "gui/widgets/facts_label.h"
#include "gui/widgets/filter_line.h"
#include "gui/widgets/table_view.h"
#include "gui/widgets/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QCompleter>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

using namespace oo;
using namespace oo::gui;

namespace {

std::vector<EventSummary> events(int first, int count)
{
    std::vector<EventSummary> made;
    for (int i = 0; i < count; ++i) {
        EventSummary event;
        event.id = {first + i};
        event.type = "ORDER_UPDATED";
        made.push_back(event);
    }
    return made;
}

} // namespace

class ConsoleWidgetsTest : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<LayoutFile> m_layout;
    std::unique_ptr<EventTableModel> m_events;
    std::unique_ptr<QWidget> m_page;
    FilterLine *m_line = nullptr;
    TableView *m_table = nullptr;
    QPushButton *m_button = nullptr;

    QAbstractItemView *popup() const { return m_line->findChild<QCompleter *>()->popup(); }
    QByteArray keyAtTop() const { return m_events->rowKey(m_table->verticalScrollBar()->value()); }

private Q_SLOTS:
    void initTestCase() { initTheme(); }

    void init()
    {
        applyTheme(ThemeChoice::Light);
        m_layout = std::make_unique<LayoutFile>(m_dir.filePath(QString::fromLatin1(QTest::currentTestFunction())));
        m_events = std::make_unique<EventTableModel>(eventColumns(), &keyOf);
        m_page = std::make_unique<QWidget>();
        m_line = new FilterLine(m_page.get());
        m_table = new TableView(QStringLiteral("events"), QStringLiteral("Events"), *m_layout, m_page.get());
        m_button = new QPushButton(m_page.get());
        m_table->setRows(m_events.get());
        auto *column = new QVBoxLayout(m_page.get());
        for (QWidget *widget : {static_cast<QWidget *>(m_line), static_cast<QWidget *>(m_table), static_cast<QWidget *>(m_button)})
            column->addWidget(widget);
        m_page->resize(1600, 500);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        m_line->setFocus();
    }

    void cleanup() { m_page.reset(); }

    void aRowThatGoesIsNotExchangedForItsNeighbour()
    {
        m_events->append(events(1, 5));
        m_table->setCurrentIndex(m_events->index(2, 0));
        QSignalSpy chosen(m_table, &TableView::currentKeyChanged);
        auto rest = events(1, 5);
        rest.erase(rest.begin() + 2);
        m_events->assign(rest);
        QCOMPARE(m_table->currentKey(), QByteArray());
        for (const auto &arguments : chosen)
            QCOMPARE(arguments[0].toByteArray(), QByteArray());
    }

    void nothingIsSaidToBeThereOnlyWhenItIsKnown_data()
    {
        QTest::addColumn<bool>("isKnown");
        QTest::addColumn<QString>("problem");
        QTest::addColumn<QString>("text");
        QTest::addRow("asked for") << false << QString() << QStringLiteral("Reading…");
        QTest::addRow("answered") << true << QString() << QStringLiteral("Nothing is parked.");
        QTest::addRow("asked for in vain") << false << QStringLiteral("No answer.") << QStringLiteral("It could not be read; whether anything is there is not known.");
        QTest::addRow("known once, and asked for in vain since") << true << QStringLiteral("No answer.") << QStringLiteral("It could not be read; whether anything is there is not known.");
    }

    void nothingIsSaidToBeThereOnlyWhenItIsKnown()
    {
        QFETCH(bool, isKnown);
        QFETCH(QString, problem);
        QFETCH(QString, text);
        QCOMPARE(emptyText(isKnown, problem, QStringLiteral("Nothing is parked.")), text);
    }

    void tabGoesThroughThePage()
    {
        m_events->append(events(1, 5));
        QTest::keyClick(m_line, Qt::Key_Tab);
        QVERIFY(m_table->hasFocus());
        QTest::keyClick(m_table, Qt::Key_Tab);
        QVERIFY(m_button->hasFocus());
        QTest::keyClick(m_button, Qt::Key_Backtab, Qt::ShiftModifier);
        QVERIFY(m_table->hasFocus());
    }

    void tabTakesTheWordThatIsOffered()
    {
        QTest::keyClicks(m_line, QStringLiteral("outc"));
        QVERIFY(popup()->isVisible());
        QTest::keyClick(popup(), Qt::Key_Tab);
        QCOMPARE(m_line->text(), QStringLiteral("outcome:"));
        QVERIFY(m_line->hasFocus() && popup()->isVisible());
        QTest::keyClick(popup(), Qt::Key_Tab);
        QCOMPARE(m_line->text(), QStringLiteral("outcome:applied"));
        QVERIFY(!popup()->isVisible());
        QTest::keyClick(m_line, Qt::Key_Tab);
        QVERIFY(m_table->hasFocus());
    }

    void escapePutsTheOfferAwayAndThenTheFilter()
    {
        QSignalSpy applied(m_line, &FilterLine::applied);
        QTest::keyClicks(m_line, QStringLiteral("outc"));
        QTest::keyClick(popup(), Qt::Key_Escape);
        QVERIFY(!popup()->isVisible());
        QCOMPARE(m_line->text(), QStringLiteral("outc"));
        QTest::keyClick(m_line, Qt::Key_Escape);
        QCOMPARE(m_line->text(), QString());
        QCOMPARE(applied.size(), 1);
    }

    void enterAppliesWhatIsTypedOrTakesWhatIsChosen()
    {
        QSignalSpy applied(m_line, &FilterLine::applied);
        QTest::keyClicks(m_line, QStringLiteral("source:s"));
        QTest::keyClick(popup(), Qt::Key_Down);
        QTest::keyClick(popup(), Qt::Key_Return);
        QCOMPARE(m_line->text(), QStringLiteral("source:shopify"));
        QCOMPARE(applied.size(), 0);
        QTest::keyClick(m_line, Qt::Key_Return);
        QCOMPARE(applied.size(), 1);
        QCOMPARE(m_line->history(), QStringList{QStringLiteral("source:shopify")});
    }

    void theFilterLineFollowsTheTheme_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addRow("empty") << QString();
        QTest::addRow("valid") << QStringLiteral("8631");
        QTest::addRow("invalid") << QStringLiteral("colour:red");
    }

    void theFilterLineFollowsTheTheme()
    {
        QFETCH(QString, text);
        m_line->setText(QStringLiteral("x"));
        m_line->setText(text);
        for (const auto choice : {ThemeChoice::Dark, ThemeChoice::Light, ThemeChoice::Dark}) {
            applyTheme(choice);
            const auto colours = QGuiApplication::palette();
            const auto base = text.isEmpty() ? colours.color(QPalette::Base) : toneBackground(m_line->isValid() ? Tone::Good : Tone::Bad, colours);
            QTRY_COMPARE(m_line->palette().color(QPalette::Base), base);
            QTRY_COMPARE(m_line->palette().color(QPalette::Text), colours.color(QPalette::Text));
        }
    }

    void whatIsReadStaysInPlaceWhileRowsComeAbove()
    {
        auto *bar = m_table->verticalScrollBar();
        m_events->append(events(1000, 200));
        QTRY_VERIFY(bar->maximum() > 100);
        m_events->prepend(events(900, 5));
        QCOMPARE(keyAtTop(), "900");
        bar->setValue(50);
        const auto key = keyAtTop();
        m_events->prepend(events(800, 30));
        m_events->prepend(events(700, 1));
        m_events->trim(200);
        QCOMPARE(keyAtTop(), key);
        m_events->append(events(2000, 10));
        QCoreApplication::processEvents();
        QCOMPARE(keyAtTop(), key);
    }

    void aRowIsShownThoughTheFirstColumnIsHidden()
    {
        m_events->append(events(1000, 200));
        m_table->horizontalHeader()->setSectionHidden(0, true);
        m_table->selectKey("1150");
        QCOMPARE(m_table->selectedKeys(), QList<QByteArray>{"1150"});
        QTRY_VERIFY(m_table->verticalScrollBar()->value() > 0);
        QTest::keyClick(m_table, Qt::Key_Down);
        QCOMPARE(m_table->currentKey(), "1151");
    }

    void aChosenWidthIsKeptAndAStretchedOneIsNot()
    {
        m_table->horizontalHeader()->resizeSection(1, 99);
        m_page->resize(2000, 500);
        const auto kept = m_layout->value(QStringLiteral("columns/events")).toStringList();
        QVERIFY(kept.contains(QStringLiteral("id:99")));
        QVERIFY2(kept.contains(QStringLiteral("outcomeDetail:0")), qPrintable(kept.join(QLatin1Char(' ')))); // the last that is shown
    }

    void aLayoutIsWrittenAMomentLaterAndReadAtOnce()
    {
        const auto path = m_dir.filePath(QStringLiteral("later"));
        LayoutFile layout(path);
        for (int width = 90; width < 100; ++width)
            layout.setValue(QStringLiteral("width"), width);
        QCOMPARE(layout.value(QStringLiteral("width")).toInt(), 99);
        QVERIFY(!QFile::exists(path));
        QTRY_VERIFY(QFile::exists(path));
        layout.setValue(QStringLiteral("height"), 7);
        layout.remove(QStringLiteral("width"));
        layout.write();
        LayoutFile again(path);
        QCOMPARE(again.value(QStringLiteral("height")).toInt(), 7);
        QVERIFY(!again.value(QStringLiteral("width")).isValid());
    }

    void factsAreCopiedWithTimesInUtc()
    {
        FactsLabel facts(m_page.get());
        facts.setFacts(QStringLiteral("received 2026-04-06 12:15:43.861 by all"), {{QStringLiteral("2026-04-06 12:15:43.861"), QStringLiteral("2026-04-06T10:15:43.861Z")}});
        QCOMPARE(facts.text(), QStringLiteral("received 2026-04-06 12:15:43.861 by all"));
        facts.setSelection(0, 32);
        QTest::keyClick(&facts, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("received 2026-04-06T10:15:43.861Z"));
    }

    void aPageMayEndWhileItsMenuIsOpen()
    {
        QContextMenuEvent asked(QContextMenuEvent::Mouse, QPoint(10, 10), m_table->viewport()->mapToGlobal(QPoint(10, 10)));
        QCoreApplication::sendEvent(m_table->viewport(), &asked);
        QVERIFY(m_table->findChild<QMenu *>());
        m_page.reset();
    }

    void lettersAreLeftToThePage()
    {
        m_events->append(events(1, 5));
        QKeyEvent slash(QEvent::KeyPress, Qt::Key_Slash, Qt::NoModifier, QStringLiteral("/"));
        slash.accept();
        QCoreApplication::sendEvent(m_table, &slash);
        QVERIFY(!slash.isAccepted());
    }
};

QTEST_MAIN(ConsoleWidgetsTest)
#include "console_widgets_test.moc"
