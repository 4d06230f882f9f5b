#include "service/proof/machine_facts.h"

#include <QFile>
#include <QSysInfo>
#include <QThread>

namespace oo::proof {

namespace {

// The first line `key : text` of a file under /proc.
QString textIn(const char *path, const char *key)
{
    QFile file(QString::fromUtf8(path));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    for (const auto &line : file.readAll().split('\n')) { // such a file has no size
        const auto colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).trimmed() == key)
            return QString::fromUtf8(line.mid(colon + 1).trimmed());
    }
    return {};
}

} // namespace

Facts machineFacts()
{
    Facts facts{{QStringLiteral("system"), QSysInfo::prettyProductName()},
                {QStringLiteral("kernel"), QSysInfo::kernelType() + QLatin1Char(' ') + QSysInfo::kernelVersion() + QLatin1Char(' ') + QSysInfo::currentCpuArchitecture()},
                {QStringLiteral("processors"), QString::number(QThread::idealThreadCount())},
                {QStringLiteral("processor model"), textIn("/proc/cpuinfo", "model name")}};
    const auto kilobytes = textIn("/proc/meminfo", "MemTotal").section(QLatin1Char(' '), 0, 0).toLongLong();
    facts.append({QStringLiteral("memory"), kilobytes > 0 ? QStringLiteral("%1 MiB").arg(kilobytes / 1024) : QString()});
    facts.removeIf([](const auto &fact) { return fact.second.isEmpty(); });
    return facts;
}

} // namespace oo::proof
