#pragma once
// Rolls back unless committed, so that no way out of a function leaves a transaction open.

#include "service/store/pg_connection.h"

namespace oo {

class Transaction
{
public:
    // Began elsewhere: `sql::begin` was the first command of a runAll().
    explicit Transaction(PgConnection &connection) : m_connection(connection) {}
    ~Transaction()
    {
        if (!m_done && m_connection.isOpen())
            (void)m_connection.run(sql::rollback);
    }
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    void committed() { m_done = true; } // `sql::commit` was the last command of a runAll() that succeeded

private:
    PgConnection &m_connection;
    bool m_done = false;
};

} // namespace oo
