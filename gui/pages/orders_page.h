#pragma once
// Orders: one search for whatever names them, those that are stuck, and one of them in full.

#include "gui/models/order_columns.h"
#include "gui/models/paged_list.h"
#include "gui/pages/page.h"

#include <QTimer>

class QButtonGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace oo::gui {

class NoticeBar;
class OrderView;
class TableView;

class OrdersPage : public Page
{
    Q_OBJECT

public:
    explicit OrdersPage(Session &session, QWidget *parent = nullptr);

    void focusFilter() override;
    void entered() override;
    QList<KeyHelp> keys() const override;

    void search(const QString &words); // numbers, names, ids, tracking numbers; any many
    void openOrder(const QByteArray &orderId);
    OrderView *view() const { return m_view; }
    OrderTableModel &orders() { return m_list.rows(); }

private:
    QWidget *makeSearch();
    QWidget *makeFilters();
    void read();
    void tell();
    QStringList wordsNotSeen() const;
    void tellFound();
    void countStuck();
    void refresh();
    void takeNews(const TailNews &news);

    PagedList<OrderSummary> m_list;
    QByteArray m_stuck; // a kind, or empty
    QTimer m_counting, m_refresh;
    bool m_wasEntered = false, m_isNew = false, m_isOld = false; // isNew: the list that comes is another one; isOld: others may belong into it
    QByteArray m_openNext; // an order to show as soon as the list is read

    QLineEdit *m_search;
    QButtonGroup *m_kinds;
    QComboBox *m_payment, *m_shipping;
    QLabel *m_found;
    NoticeBar *m_notice;
    TableView *m_table;
    OrderView *m_view;
};

} // namespace oo::gui
