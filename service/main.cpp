#include "service/app/command_line.h"

#include <QCoreApplication>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("orchestratord"));
    return oo::runCommandLine(QCoreApplication::arguments());
}
