#pragma once
// The text of a `.env` file: KEY=value, # comments, optional quotes and `export`.

#include <QByteArray>
#include <QHash>
#include <QStringList>

namespace oo {

// By key, the last one wins. A line that cannot be read is a problem, told by its number.
QHash<QString, QString> parseDotEnv(const QByteArray &text, QStringList &problems);

} // namespace oo
