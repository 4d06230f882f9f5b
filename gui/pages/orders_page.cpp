#include "gui/pages/orders_page.h"

#include "gui/pages/order_view.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/table_view.h"
#include "shared/model/statuses.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QSplitter>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

constexpr int kPage = 200;
constexpr int kPageOfSearch = 500;
constexpr int kCountEveryMs = 10000;

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
    : Page(session, tr("Orders"), parent), m_orders(orderColumns(), &keyOf), m_search(new QLineEdit(this)), m_kinds(new QButtonGroup(this)),
      m_payment(statusBox<PaymentStatus>(tr("Any payment"), tr("Payment status"), this)), m_shipping(statusBox<ShippingStatus>(tr("Any shipping"), tr("Shipping status"), this)),
      m_found(new QLabel(this)), m_notice(new NoticeBar(this)), m_table(new TableView(QStringLiteral("orders"), tr("Orders"), session.layout, this)),
      m_view(new OrderView(session, this))
{
    m_orders.setTime(session.time);
    m_table->setRows(&m_orders);
    m_found->setWordWrap(true);
    m_found->setTextFormat(Qt::PlainText);
    auto *list = new QWidget(this);
    auto *listColumn = new QVBoxLayout(list);
    listColumn->setContentsMargins(0, 0, 0, 0);
    listColumn->addWidget(makeFilters());
    listColumn->addWidget(m_found);
    listColumn->addWidget(m_table, 1);
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(list);
    splitter->addWidget(m_view);
    splitter->setSizes({520, 720});
    splitter->setStretchFactor(1, 1);
    splitter->restoreState(session.layout.value(QStringLiteral("orders/splitter")).toByteArray());
    connect(splitter, &QSplitter::splitterMoved, this, [this, splitter] { m_session.layout.setValue(QStringLiteral("orders/splitter"), splitter->saveState()); });
    auto *column = new QVBoxLayout(this);
    auto *top = new QHBoxLayout;
    top->addWidget(makeSearch(), 1);
    top->addWidget(m_payment);
    top->addWidget(m_shipping);
    column->addLayout(top);
    column->addWidget(m_notice);
    column->addWidget(splitter, 1);

    connect(m_table, &TableView::nearEnd, this, [this] {
        if (!m_question && m_next)
            read(m_next);
    });
    connect(m_table, &TableView::currentKeyChanged, this, [this](const QByteArray &key) {
        if (!key.isEmpty())
            m_view->show(key);
    });
    connect(m_table, &TableView::keyActivated, m_view, [this] { m_view->setFocus(); });
    connect(m_view, &OrderView::eventsWanted, this, &Page::eventsWanted);
    connect(&m_counting, &QTimer::timeout, this, &OrdersPage::countStuck);
    connect(&session.client, &AdminClient::newsArrived, this, &OrdersPage::takeNews);
}

QWidget *OrdersPage::makeSearch()
{
    m_search->setPlaceholderText(tr("Find orders: number, name, id, e-mail or tracking number; paste as many as you like"));
    m_search->setAccessibleName(tr("Search for orders"));
    m_search->setMaxLength(100000);
    m_search->setClearButtonEnabled(true);
    m_search->setObjectName(QStringLiteral("search"));
    connect(m_search, &QLineEdit::returnPressed, this, [this] { search(m_search->text()); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        if (text.isEmpty())
            search({}); // the clear button, too
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
        read({});
    });
    for (auto *box : {m_payment, m_shipping})
        connect(box, &QComboBox::activated, this, [this] { read({}); });
    return bar;
}

QList<KeyHelp> OrdersPage::keys() const
{
    return {{QKeySequence(Qt::Key_Slash), tr("Search for orders")}, {QKeySequence(Qt::Key_Return), tr("In the list: go to the order")}};
}

void OrdersPage::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void OrdersPage::entered()
{
    if (!std::exchange(m_wasEntered, true))
        read({});
    countStuck();
    m_counting.start(kCountEveryMs);
}

void OrdersPage::search(const QString &words)
{
    m_wasEntered = true;
    if (m_search->text() != words)
        m_search->setText(words); // an empty one comes back here by itself
    read({});
}

void OrdersPage::openOrder(const QByteArray &orderId)
{
    m_wasEntered = true;
    m_openNext = orderId;
    search(QString::fromUtf8(orderId));
}

void OrdersPage::read(const OptionalText &after)
{
    const auto words = wordsOf(m_search->text());
    ApiRequest request{Endpoint::Orders};
    auto &query = request.query;
    const auto add = [&](const char *name, const QString &value) {
        if (!value.isEmpty())
            query.append({QLatin1StringView(name), value});
    };
    add("q", words.join(QLatin1Char(' ')));
    add("stuck", QString::fromUtf8(m_stuck));
    add("paymentStatus", m_payment->currentIndex() > 0 ? m_payment->currentText() : QString());
    add("shippingStatus", m_shipping->currentIndex() > 0 ? m_shipping->currentText() : QString());
    add("after", after ? QString::fromUtf8(*after) : QString());
    add("limit", QString::number(words.isEmpty() ? kPage : kPageOfSearch));
    m_table->setEmptyText(tr("Reading…"));
    m_question = std::make_unique<QObject>();
    m_session.client.ask<ListOf<OrderSummary>>(request, m_question.get(), [this, isFirst = !after](const auto &answer) {
        m_question.release()->deleteLater(); // it is the context of this very call
        if (!answer)
            return m_notice->tell(Tone::Bad, answer.error().message);
        m_notice->clear();
        take(*answer, isFirst);
    });
}

void OrdersPage::take(const ListOf<OrderSummary> &answer, bool isFirst)
{
    m_next = answer.next;
    if (isFirst)
        m_orders.assign(answer.items);
    else
        m_orders.append(answer.items);
    m_table->setEmptyText(m_stuck.isEmpty() ? tr("No order is found.") : tr("None. No order is stuck in this way."));
    tellFound();
    const auto wanted = std::exchange(m_openNext, {});
    if (!wanted.isEmpty())
        m_table->selectKey(wanted);
    else if (isFirst && m_orders.rowCount() == 1)
        m_table->selectKey(m_orders.rowKey(0));
}

QStringList OrdersPage::wordsNotSeen() const
{
    QSet<QString> names;
    for (const auto &order : m_orders.rows()) {
        for (const auto &name : {order.refId, order.id, order.name.value_or(QByteArray()), order.trackingNumber.value_or(QByteArray())}) {
            const auto text = QString::fromUtf8(name).toLower();
            names << text << (text.startsWith(QLatin1Char('#')) ? text.mid(1) : text);
        }
    }
    QStringList unseen;
    for (const auto &word : wordsOf(m_search->text())) {
        if (!names.contains(word.toLower()))
            unseen << word;
    }
    return unseen;
}

void OrdersPage::tellFound()
{
    const QLocale locale;
    const auto words = wordsOf(m_search->text());
    auto text = tr("%1 shown").arg(locale.toString(m_orders.rowCount())) + (m_next ? tr(" · more below") : QString());
    if (!words.isEmpty())
        text = tr("%1 found for %2 searched").arg(locale.toString(m_orders.rowCount()), locale.toString(words.size()));
    const auto unseen = m_next ? QStringList() : wordsNotSeen();
    if (words.size() > 1 && !unseen.isEmpty() && m_orders.rowCount() < words.size())
        text += tr(" · not found: %1").arg(unseen.mid(0, 20).join(QStringLiteral(", ")) + (unseen.size() > 20 ? QStringLiteral(", …") : QString()));
    m_found->setText(text);
}

void OrdersPage::countStuck()
{
    if (!isVisible())
        return m_counting.stop();
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

void OrdersPage::takeNews(const TailNews &news)
{
    for (const auto &order : news.orders) {
        const int row = m_orders.rowOfKey(order.id);
        if (row >= 0)
            m_orders.update(row, order);
    }
}

} // namespace oo::gui
