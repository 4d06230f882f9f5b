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
        : m_client(client), m_key(key), m_rows(columns, key), m_changed(std::move(changed))
    {
    }

    RowTableModel<Row> &rows() { return m_rows; }
    const RowTableModel<Row> &rows() const { return m_rows; }
    bool isReading() const { return m_question != nullptr; }
    bool hasMore() const { return m_next || m_part + 1 < m_parts.size(); }
    bool isKnown() const { return m_isKnown; } // the service has answered for this list: if there is no row, there is none
    const QString &problem() const { return m_problem; }

    // Another list: what was read is forgotten. `request` without limit and position.
    void read(const ApiRequest &request, ListKind kind = ListKind::Paged) { read(QList{request}, kind); }
    // What one request has no room for: the list of each, one after another; a row that two of them give is shown once.
    void read(const QList<ApiRequest> &parts, ListKind kind = ListKind::Paged)
    {
        m_parts = parts;
        m_part = 0;
        m_kind = kind;
        m_next.reset();
        m_wantsMore = m_isKnown = false;
        m_rows.clear();
        ask(0, std::nullopt, pageSize, Asked::More);
    }
    // The same list as it is now, as far as it was read (at most what one answer holds).
    void refresh()
    {
        if (isReading() || !wasRead())
            return;
        m_gathered.clear();
        ask(0, std::nullopt, m_parts.size() > 1 ? mostAtOnce : std::clamp(m_rows.rowCount(), pageSize, mostAtOnce), Asked::Again);
    }
    // What a timer calls: a list that is longer than one answer holds is left as it was read, for somebody is far down in it.
    void keepFresh()
    {
        if (m_rows.rowCount() <= mostAtOnce)
            refresh();
    }
    bool wasRead() const { return !m_parts.isEmpty(); }
    void readMore()
    {
        m_wantsMore = isReading(); // it is asked for after what is under way
        if (isReading() || !hasMore())
            return;
        if (m_next)
            return ask(m_part, m_next, pageSize, Asked::More);
        ask(m_part + 1, std::nullopt, pageSize, Asked::More);
    }

    static constexpr int pageSize = 100;
    static constexpr int mostAtOnce = 500;

private:
    enum class Asked { More, Again }; // Again: for what was read
    void ask(qsizetype part, const OptionalText &after, int limit, Asked asked)
    {
        auto request = m_parts[part];
        if (m_kind == ListKind::Paged)
            request.query.append({QStringLiteral("limit"), QString::number(limit)});
        if (after)
            request.query.append({QStringLiteral("after"), QString::fromUtf8(*after)});
        m_question = std::make_unique<QObject>();
        m_client.ask<ListOf<Row>>(request, m_question.get(), [this, part, limit, asked](const ApiAnswer<ListOf<Row>> &answer) {
            m_question.release()->deleteLater(); // it is the context of this very call
            m_problem = answer ? QString() : answer.error().message;
            m_isKnown = m_isKnown || answer;
            if (answer && asked == Asked::Again && takeAgain(part, limit, *answer))
                return;
            if (answer && asked == Asked::More) {
                m_part = part;
                m_next = answer->next;
                std::vector<Row> fresh;
                for (const auto &row : answer->items) {
                    if (m_parts.size() == 1 || m_rows.rowOfKey(m_key(row)) < 0)
                        fresh.push_back(row);
                }
                m_rows.append(std::move(fresh));
            }
            if (std::exchange(m_wantsMore, false) && answer)
                readMore();
            m_changed();
        });
        m_changed();
    }
    // Whether the next part is being asked for.
    bool takeAgain(qsizetype part, int limit, const ListOf<Row> &answer)
    {
        for (const auto &row : answer.items) {
            if (m_parts.size() == 1 || std::none_of(m_gathered.cbegin(), m_gathered.cend(), [&](const Row &other) { return m_key(other) == m_key(row); }))
                m_gathered.push_back(row);
        }
        if (part < m_part) {
            ask(part + 1, std::nullopt, limit, Asked::Again);
            return true;
        }
        m_next = answer.next;
        m_rows.assign(std::exchange(m_gathered, {}));
        return false;
    }

    AdminClient &m_client;
    typename RowTableModel<Row>::Key m_key;
    RowTableModel<Row> m_rows;
    std::function<void()> m_changed;
    QList<ApiRequest> m_parts;
    qsizetype m_part = 0; // that was read last
    std::vector<Row> m_gathered;
    ListKind m_kind = ListKind::Paged;
    bool m_wantsMore = false, m_isKnown = false;
    OptionalText m_next;
    QString m_problem;
    std::unique_ptr<QObject> m_question; // lives while it is asked: its end gives the question up
};

} // namespace oo::gui
