#include "service/app/command_line.h"

#include <QCoreApplication>

#include <csignal>

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN); // hiredis, libpq and libcurl write to sockets that the other side has closed
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("orchestratord"));
    return oo::runCommandLine(QCoreApplication::arguments());
}
