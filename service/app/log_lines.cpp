#include "service/app/log_lines.h"

#include "shared/core/instant.h"

#include <QLoggingCategory>
#include <QString>
#include <QThread>

#include <cstdio>

namespace oo {

namespace {

const char *levelOf(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg: return "debug";
    case QtInfoMsg: return "info";
    case QtWarningMsg: return "warning";
    case QtCriticalMsg: return "error";
    case QtFatalMsg: return "fatal";
    }
    return "info";
}

// Control characters of a message become spaces: nobody can forge a second line.
QByteArray oneLine(const QString &message)
{
    auto text = message.toUtf8();
    for (char &c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    }
    return text;
}

void writeLine(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const auto thread = QThread::currentThread() ? QThread::currentThread()->objectName().toUtf8() : QByteArray();
    const QByteArray line = toText(Instant{Instant::now().milliseconds() * 1000}) + ' ' + levelOf(type) + ' '
                            + (context.category ? context.category : "default") + (thread.isEmpty() ? "" : " [" + thread + ']')
                            + ' ' + oneLine(message) + '\n';
    std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stderr);
}

} // namespace

void installLogLines()
{
    qInstallMessageHandler(writeLine);
}

} // namespace oo
