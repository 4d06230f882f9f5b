#pragma once
// A list of the service page by page, and read again in place: selections stay on what they are about.

#include "gui/client/admin_client.h"
#include "gui/models/row_table_model.h"

#include <functional>

namespace oo::gui {

enum class ListKind { Paged, Whole }; // Whole: the service gives all of it, and takes neither limit nor position

template <class Row>
class PagedList
{
public:
    // `changed` is called when rows, problem or reading have changed. The client outlives it.
    PagedList(AdminClient &client, std::span<const Column<Row>> columns, typename RowTableModel<Row>::Key key, std::function<void()> changed)
        : m_client(client), m_rows(columns, key), m_changed(std::move(changed))
    {
    }

    RowTableModel<Row> &rows() { return m_rows; }
    const RowTableModel<Row> &rows() const { return m_rows; }
    bool isReading() const { return m_question != nullptr; }
    bool hasMore() const { return m_next.has_value(); }
    const QString &problem() const { return m_problem; }

    // Another list: what was read is forgotten. `request` without limit and position.
    void read(const ApiRequest &request, ListKind kind = ListKind::Paged)
    {
        m_request = request;
        m_kind = kind;
        m_next.reset();
        m_wantsMore = false;
        m_rows.clear();
        ask({}, pageSize);
    }
    // The same list as it is now, as far as it was read (at most what one answer holds).
    void refresh()
    {
        if (!isReading() && m_request)
            ask({}, std::clamp(m_rows.rowCount(), pageSize, mostAtOnce));
    }
    // What a timer calls: a list that is longer than one answer holds is left as it was read, for somebody is far down in it.
    void keepFresh()
    {
        if (m_rows.rowCount() <= mostAtOnce)
            refresh();
    }
    bool wasRead() const { return m_request.has_value(); }
    void readMore()
    {
        m_wantsMore = isReading(); // it is asked for after what is under way
        if (!isReading() && m_next)
            ask(m_next, pageSize);
    }

    static constexpr int pageSize = 100;
    static constexpr int mostAtOnce = 500;

private:
    void ask(const OptionalText &after, int limit)
    {
        auto request = *m_request;
        if (m_kind == ListKind::Paged)
            request.query.append({QStringLiteral("limit"), QString::number(limit)});
        if (after)
            request.query.append({QStringLiteral("after"), QString::fromUtf8(*after)});
        m_question = std::make_unique<QObject>();
        m_client.ask<ListOf<Row>>(request, m_question.get(), [this, isFirst = !after](const ApiAnswer<ListOf<Row>> &answer) {
            m_question.release()->deleteLater(); // it is the context of this very call
            m_problem = answer ? QString() : answer.error().message;
            if (answer) {
                m_next = answer->next;
                if (isFirst)
                    m_rows.assign(answer->items);
                else
                    m_rows.append(answer->items);
            }
            if (std::exchange(m_wantsMore, false) && answer)
                readMore();
            m_changed();
        });
        m_changed();
    }

    AdminClient &m_client;
    RowTableModel<Row> m_rows;
    std::function<void()> m_changed;
    std::optional<ApiRequest> m_request;
    ListKind m_kind = ListKind::Paged;
    bool m_wantsMore = false;
    OptionalText m_next;
    QString m_problem;
    std::unique_ptr<QObject> m_question; // lives while it is asked: its end gives the question up
};

} // namespace oo::gui
