#pragma once
// What a run was made on, for its report.

#include <QList>
#include <QString>

namespace oo::proof {

using Facts = QList<std::pair<QString, QString>>; // name → text, in the order in which they are shown

Facts machineFacts(); // system, kernel, processors, memory; what this system does not tell is left out

} // namespace oo::proof
