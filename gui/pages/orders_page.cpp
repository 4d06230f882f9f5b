#include "gui/pages/orders_page.h"

#include "gui/client/word_parts.h"
#include "gui/pages/empty_text.h"
#include "gui/pages/order_view.h"
#include "gui/widgets/kept_splitter.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "shared/model/statuses.h"

#include <QAction>
#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr QLatin1StringView kRunWord("run:");
constexpr int kCountEveryMs = 10000;
constexpr int kRefreshMs = 2000;

struct StuckKind
{
    const char *name; // as the service has it; empty: all orders
    const char *title;
    const char *meaning;
};
constexpr StuckKind kKinds[] = {
    {"", QT_TRANSLATE_NOOP("OrdersPage", "All"), QT_TRANSLATE_NOOP("OrdersPage", "All orders, the newest first")},
    {"unbooked", QT_TRANSLATE_NOOP("OrdersPage", "Unbooked"), QT_TRANSLATE_NOOP("OrdersPage", "Paid and bookable, and not booked for too long")},
    {"call_open", QT_TRANSLATE_NOOP("OrdersPage", "Call open"), QT_TRANSLATE_NOOP("OrdersPage", "A call is without a certain answer for too long")},
    {"parked", QT_TRANSLATE_NOOP("OrdersPage", "Parked"), QT_TRANSLATE_NOOP("OrdersPage", "An event waits for a person")},
    {"placeholder", QT_TRANSLATE_NOOP("OrdersPage", "Placeholder"), QT_TRANSLATE_NOOP("OrdersPage", "Only updates came; the create is missing for too long")},
};

template <class E>
QComboBox *statusBox(const QString &any, const QString &name, QWidget *parent)
{
    auto *box = new QComboBox(parent);
    box->setAccessibleName(name);
    box->setToolTip(name);
    box->addItem(any);
    for (const auto &row : EnumTable<E>::rows)
        box->addItem(QString::fromLatin1(row.text.data(), static_cast<qsizetype>(row.text.size())));
    return box;
}

QStringList wordsOf(const QString &text)
{
    static const QRegularExpression between(QStringLiteral("[\\s,;]+"));
    return text.split(between, Qt::SkipEmptyParts);
}

} // namespace

OrdersPage::OrdersPage(Session &session, QWidget *parent)
    : Page(session, tr("Orders"), parent), m_list(session.client, orderColumns(), &keyOf, [this] { tell(); }), m_search(new QLineEdit(this)), m_kinds(new QButtonGroup(this)),
      m_payment(statusBox<PaymentStatus>(tr("Any payment"), tr("Payment status"), this)), m_shipping(statusBox<ShippingStatus>(tr("Any shipping"), tr("Shipping status"), this)),
      m_found(new QLabel(this)), m_notice(new NoticeBar(this)), m_table(new TableView(QStringLiteral("orders"), tr("Orders"), session.layout, this)),
      m_view(new OrderView(session, this))
{
    m_list.rows().setTime(session.time);
    m_table->setRows(&m_list.rows());
    m_found->setWordWrap(true);
    m_found->setTextFormat(Qt::PlainText);
    auto *list = new QWidget(this);
    auto *listColumn = new QVBoxLayout(list);
    listColumn->setContentsMargins(0, 0, 0, 0);
    listColumn->addWidget(makeFilters());
    listColumn->addWidget(m_found);
    listColumn->addWidget(m_table, 1);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(list);
    splitter->addWidget(m_view);
    splitter->setSizes({520, 720});
    splitter->setStretchFactor(1, 1);
    keepSplitter(splitter, QStringLiteral("orders"), session.layout);
    auto *column = new QVBoxLayout(this);
    auto *top = new QHBoxLayout;
    top->addWidget(makeSearch(), 1);
    top->addWidget(m_payment);
    top->addWidget(m_shipping);
    column->addLayout(top);
    column->addWidget(m_notice);
    column->addWidget(splitter, 1);

    connect(m_table, &TableView::nearEnd, this, [this] { m_list.readMore(); });
    connect(m_table, &TableView::currentKeyChanged, this, [this](const QByteArray &key) {
        if (!key.isEmpty())
            m_view->show(key);
    });
    auto *link = new QAction(tr("Copy a link to the order"), this);
    link->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L));
    link->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(link); // for the order that is looked at, wherever the focus is
    m_table->addAction(link);
    connect(link, &QAction::triggered, this, [this] {
        if (!m_view->shown().isEmpty())
            copyLink(ConsoleLink::Kind::Order, m_view->shown());
    });
    connect(m_table, &TableView::keyActivated, m_view, [this] { m_view->setFocus(); });
    connect(m_view, &OrderView::eventsWanted, this, &Page::eventsWanted);
    connect(&m_counting, &QTimer::timeout, this, &OrdersPage::countStuck);
    connect(&m_refresh, &QTimer::timeout, this, &OrdersPage::refresh);
    connect(&session.client, &AdminClient::newsArrived, this, &OrdersPage::takeNews);
    connect(&session.client, &AdminClient::gapOpened, this, [this] { m_list.refresh(); }); // the database is another one
    connect(&session.client, &AdminClient::stateChanged, this, [this] { // what came while it was away, or was asked for in vain
        if (m_session.client.state() != LinkState::Live)
            return;
        m_isOld = true;
        refresh();
    });
    tell();
}

QWidget *OrdersPage::makeSearch()
{
    m_search->setPlaceholderText(tr("Find orders: number, name, id, e-mail or tracking number; paste as many as you like"));
    m_search->setAccessibleName(tr("Search for orders"));
    m_search->setMaxLength(100000);
    m_search->setClearButtonEnabled(true);
    m_search->setObjectName(QStringLiteral("search"));
    connect(m_search, &QLineEdit::returnPressed, this, &OrdersPage::read);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            read(); // the clear button, too
    });
    return m_search;
}

QWidget *OrdersPage::makeFilters()
{
    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    for (const auto &kind : kKinds) {
        auto *button = new QPushButton(tr(kind.title), bar);
        button->setCheckable(true);
        button->setToolTip(tr(kind.meaning));
        m_kinds->addButton(button, static_cast<int>(&kind - kKinds));
        row->addWidget(button);
    }
    m_kinds->button(0)->setChecked(true);
    row->addStretch(1);
    connect(m_kinds, &QButtonGroup::idClicked, this, [this](int id) {
        m_stuck = kKinds[id].name;
        read();
    });
    for (auto *box : {m_payment, m_shipping})
        connect(box, &QComboBox::activated, this, [this] { read(); });
    return bar;
}

QList<KeyHelp> OrdersPage::keys() const
{
    return {{QKeySequence(Qt::Key_Slash), tr("Search for orders")}, {QKeySequence(Qt::Key_Return), tr("In the list: go to the order")},
            {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_L), tr("Copy a link to the order")}};
}

void OrdersPage::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void OrdersPage::entered()
{
    if (!std::exchange(m_wasEntered, true))
        read();
    else if (std::exchange(m_isOld, false))
        m_list.refresh();
    countStuck();
    m_counting.start(kCountEveryMs);
    m_refresh.start(kRefreshMs);
}

void OrdersPage::search(const QString &words)
{
    m_wasEntered = true;
    m_stuck.clear(); // what was narrowed before would hide what is looked for
    m_kinds->button(0)->setChecked(true);
    for (auto *box : {m_payment, m_shipping})
        box->setCurrentIndex(0);
    if (m_search->text() != words)
        m_search->setText(words); // an empty one is read by itself
    read();
}

void OrdersPage::openOrder(const QByteArray &orderId)
{
    m_openNext = orderId;
    m_view->show(orderId); // also one that the list does not show
    search(QString::fromUtf8(orderId));
}

void OrdersPage::read()
{
    QStringList words;
    QString run; // of chaos: `run:chaos-run-3`
    for (const auto &word : wordsOf(m_search->text()))
        word.startsWith(kRunWord) ? void(run = word.mid(kRunWord.size())) : words.append(word);
    QList<ApiRequest> parts;
    for (const auto &some : partsOf(words)) {
        ApiRequest request{Endpoint::Orders};
        const auto add = [&](const char *name, const QString &value) {
            if (!value.isEmpty())
                request.query.append({QLatin1StringView(name), value});
        };
        add("q", some.join(QLatin1Char(' ')));
        add("run", run);
        add("stuck", QString::fromUtf8(m_stuck));
        add("paymentStatus", m_payment->currentIndex() > 0 ? m_payment->currentText() : QString());
        add("shippingStatus", m_shipping->currentIndex() > 0 ? m_shipping->currentText() : QString());
        parts.append(request);
    }
    m_isNew = true;
    m_list.read(parts);
}

void OrdersPage::tell()
{
    m_table->setEmptyText(emptyText(m_list, m_stuck.isEmpty() ? tr("No order is found.") : tr("None. No order is stuck in this way.")));
    if (m_list.isReading())
        return;
    if (m_list.problem().isEmpty())
        m_notice->clear();
    else
        m_notice->tell(Tone::Bad, m_list.problem());
    tellFound();
    if (std::exchange(m_isNew, false)) {
        const auto wanted = std::exchange(m_openNext, {});
        if (!wanted.isEmpty())
            m_table->selectKey(wanted);
        else if (orders().rowCount() == 1 && !m_list.hasMore())
            m_table->selectKey(orders().rowKey(0));
    }
    if (m_list.hasMore() && m_list.problem().isEmpty() && wordsOf(m_search->text()).size() > 1)
        m_list.readMore(); // all that was pasted
}

QStringList OrdersPage::wordsNotSeen() const
{
    QSet<QString> names;
    for (const auto &order : m_list.rows().rows()) {
        for (const auto &name : {order.refId, order.id, order.name.value_or(QByteArray()), order.trackingNumber.value_or(QByteArray())}) {
            const auto text = QString::fromUtf8(name).toLower();
            names << text << (text.startsWith(QLatin1Char('#')) ? text.mid(1) : text);
        }
    }
    QStringList unseen;
    for (const auto &word : wordsOf(m_search->text())) {
        const bool isMasked = word.contains(QLatin1Char('@')); // whose e-mail it is cannot be seen here
        if (!names.contains(word.toLower()) && !word.startsWith(kRunWord) && !isMasked)
            unseen << word;
    }
    return unseen;
}

void OrdersPage::tellFound()
{
    const QLocale locale;
    auto words = wordsOf(m_search->text());
    words.removeIf([](const QString &word) { return word.startsWith(kRunWord); });
    auto text = tr("%1 shown").arg(locale.toString(orders().rowCount())) + (m_list.hasMore() ? tr(" · more below") : QString());
    if (!words.isEmpty())
        text = tr("%1 found for %2 searched").arg(locale.toString(orders().rowCount()), locale.toString(words.size()));
    const auto unseen = m_list.hasMore() ? QStringList() : wordsNotSeen();
    if (words.size() > 1 && !unseen.isEmpty() && orders().rowCount() < words.size())
        text += tr(" · not found: %1").arg(unseen.mid(0, 20).join(QStringLiteral(", ")) + (unseen.size() > 20 ? QStringLiteral(", …") : QString()));
    m_found->setText(text);
}

void OrdersPage::countStuck()
{
    if (!isVisible())
        return m_counting.stop();
    m_isOld = m_isOld || !m_stuck.isEmpty(); // time, calls and people make orders stuck and mend them, without news
    m_session.client.ask<StuckCounts>({Endpoint::StuckOrders}, this, [this](const auto &answer) {
        if (!answer)
            return; // the picture's age says it
        for (const auto &kind : kKinds) {
            qint64 count = 0;
            api::forEachField<StuckCounts>([&](size_t, const auto &field) { count += QByteArrayView(field.name) == kind.name ? (*answer).*field.member : 0; });
            if (*kind.name)
                m_kinds->button(static_cast<int>(&kind - kKinds))->setText(count > 0 ? tr("%1 %2").arg(tr(kind.title), QLocale().toString(count)) : tr(kind.title));
        }
    });
}

// Which orders belong into the list only the service can tell.
void OrdersPage::refresh()
{
    if (!isVisible())
        return m_refresh.stop();
    if (m_isOld && !m_list.isReading()) {
        m_isOld = false;
        m_list.keepFresh();
    }
}

void OrdersPage::takeNews(const TailNews &news)
{
    m_isOld = m_isOld || !news.orders.empty();
    if (!isVisible())
        return;
    QHash<QByteArray, const OrderSummary *> changed;
    for (const auto &order : news.orders)
        changed.insert(order.id, &order);
    for (int row = 0; row < orders().rowCount() && !changed.isEmpty(); ++row) {
        if (const auto *order = changed.take(orders().row(row).id))
            orders().update(row, *order);
    }
}

} // namespace oo::gui
