// Reads every #include of the tree: the folders are the architecture.

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTest>

namespace {

struct Layer
{
    const char *folder;
    QStringList mayInclude; // folders of the project
};

const QList<Layer> &layers()
{
    static const QStringList kShared{QStringLiteral("shared")};
    static const QStringList kDomain = kShared + QStringList{QStringLiteral("service/domain")};
    static const QStringList kFaults{QStringLiteral("service/faults")}; // the domain decides without them
    static const QStringList kMiddle =
        kDomain + kFaults + QStringList{QStringLiteral("service/store"), QStringLiteral("service/queue"), QStringLiteral("service/clients")};
    static const QList<Layer> all{
        {"shared", kShared},
        {"service/domain", kDomain},
        {"service/faults", kShared + kFaults},
        {"service/store", kDomain + kFaults + QStringList{QStringLiteral("service/store")}},
        {"service/queue", kDomain + QStringList{QStringLiteral("service/queue")}},
        {"service/clients", kDomain + QStringList{QStringLiteral("service/clients")}},
        {"service/backends", kMiddle + QStringList{QStringLiteral("service/backends")}},
        {"service/workers", kMiddle + QStringList{QStringLiteral("service/workers")}},
        {"service/http", kDomain + kFaults + QStringList{QStringLiteral("service/http")}},
        {"service/admin", kMiddle + QStringList{QStringLiteral("service/workers"), QStringLiteral("service/http"), QStringLiteral("service/admin")}},
        {"service/chaos", kDomain + QStringList{QStringLiteral("service/store"), QStringLiteral("service/chaos")}},
        {"service/proof", kMiddle + QStringList{QStringLiteral("service/backends"), QStringLiteral("service/chaos"), QStringLiteral("service/proof")}},
        {"service/app", kMiddle + QStringList{QStringLiteral("service/workers"), QStringLiteral("service/http"),
                                              QStringLiteral("service/backends"), QStringLiteral("service/admin"), QStringLiteral("service/chaos"), QStringLiteral("service/proof"), QStringLiteral("service/app")}},
        {"gui/client", kShared + QStringList{QStringLiteral("gui/client")}},
        {"gui/models", kShared + QStringList{QStringLiteral("gui/client"), QStringLiteral("gui/models")}},
        {"gui/widgets", kShared + QStringList{QStringLiteral("gui/client"), QStringLiteral("gui/models"), QStringLiteral("gui/widgets")}},
        {"gui/pages", kShared + QStringList{QStringLiteral("gui/client"), QStringLiteral("gui/models"), QStringLiteral("gui/widgets"), QStringLiteral("gui/pages")}},
        {"gui", kShared + QStringList{QStringLiteral("gui")}},
    };
    return all;
}

QStringList sourcesUnder(const QString &folder)
{
    QStringList files;
    QDirIterator it(QStringLiteral(OO_SOURCE_DIR "/") + folder, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                    QDirIterator::Subdirectories);
    while (it.hasNext())
        files << it.next();
    return files;
}

QStringList includesOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression include(QStringLiteral("^#include [\"<]([^\">]+)[\">]"), QRegularExpression::MultilineOption);
    QStringList found;
    auto matches = include.globalMatch(QString::fromUtf8(file.readAll()));
    while (matches.hasNext())
        found << matches.next().captured(1);
    return found;
}

QString folderOf(const QString &include)
{
    return include.left(include.lastIndexOf(QLatin1Char('/')));
}

} // namespace

class LayeringTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFolderIncludesOnlyWhatIsBelowIt_data()
    {
        QTest::addColumn<int>("layer");
        for (int i = 0; i < layers().size(); ++i)
            QTest::addRow("%s", layers()[i].folder) << i;
    }

    void aFolderIncludesOnlyWhatIsBelowIt()
    {
        QFETCH(int, layer);
        const auto &rule = layers()[layer];
        for (const auto &file : sourcesUnder(QLatin1StringView(rule.folder))) {
            for (const auto &include : includesOf(file)) {
                if (!include.startsWith(QLatin1StringView("service/")) && !include.startsWith(QLatin1StringView("shared/"))
                    && !include.startsWith(QLatin1StringView("gui/")))
                    continue;
                const auto folder = folderOf(include);
                const bool allowed = std::any_of(rule.mayInclude.cbegin(), rule.mayInclude.cend(), [&](const QString &root) {
                    return folder == root || folder.startsWith(root + QLatin1Char('/'));
                });
                QVERIFY2(allowed, qPrintable(file + QStringLiteral(" includes ") + include));
            }
        }
    }

    void theDomainKnowsNoSqlNetworkClockOrRandomness()
    {
        static const QStringList kForbidden{QStringLiteral("QSql"), QStringLiteral("QNetwork"), QStringLiteral("QTcp"), QStringLiteral("QDateTime"),
                                            QStringLiteral("QTimer"), QStringLiteral("QRandom"), QStringLiteral("chrono"), QStringLiteral("random"),
                                            QStringLiteral("libpq"), QStringLiteral("hiredis"), QStringLiteral("QThread"), QStringLiteral("QFile")};
        for (const auto &file : sourcesUnder(QStringLiteral("service/domain"))) {
            for (const auto &include : includesOf(file)) {
                for (const auto &word : kForbidden)
                    QVERIFY2(!include.contains(word), qPrintable(file + QStringLiteral(" includes ") + include));
            }
            QFile source(file);
            QVERIFY(source.open(QIODevice::ReadOnly));
            QVERIFY2(!source.readAll().contains("Instant::now"), qPrintable(file));
        }
    }

    // Nor do the traffic and the judgement of answers, but for how JSON and instants are written.
    void theOracleSharesNothingWithTheService()
    {
        static const QStringList kOfTraffic{QStringLiteral("shared/core/instant.h"), QStringLiteral("shared/core/json_text.h")};
        for (const QString &name : {QStringLiteral("oracle.h"), QStringLiteral("oracle.cpp"), QStringLiteral("traffic.h"), QStringLiteral("traffic.cpp"), QStringLiteral("acknowledgements.h"),
                                   QStringLiteral("acknowledgements.cpp")}) {
            for (const auto &include : includesOf(QStringLiteral(OO_SOURCE_DIR "/service/chaos/") + name)) {
                const bool isOwn = include.startsWith(QLatin1StringView("service/chaos/")) || (name == QStringLiteral("traffic.cpp") && kOfTraffic.contains(include));
                const bool isOurs = include.startsWith(QLatin1StringView("service/")) || include.startsWith(QLatin1StringView("shared/"));
                QVERIFY2(isOwn || !isOurs, qPrintable(name + QStringLiteral(" includes ") + include));
            }
        }
    }

    void qtModulesAreIncludedByClassName() // <QtSql/QSqlQuery> would compile even where Qt SQL is not linked
    {
        for (const auto &layer : layers()) {
            for (const auto &file : sourcesUnder(QLatin1StringView(layer.folder))) {
                for (const auto &include : includesOf(file))
                    QVERIFY2(!include.startsWith(QLatin1StringView("Qt")) || !include.contains(QLatin1Char('/')), qPrintable(file + include));
            }
        }
    }

    void everyStatementFileHasAConstantAndTheOtherWayRound()
    {
        QFile header(QStringLiteral(OO_SOURCE_DIR "/service/store/statements.h"));
        QVERIFY(header.open(QIODevice::ReadOnly));
        static const QRegularExpression constant(QStringLiteral("Statement \\w+\\{\"(\\w+)\"\\}"));
        QStringList constants;
        auto matches = constant.globalMatch(QString::fromUtf8(header.readAll()));
        while (matches.hasNext())
            constants << matches.next().captured(1);
        auto files = QDir(QStringLiteral(OO_SOURCE_DIR "/sql/queries")).entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
        for (auto &file : files)
            file.chop(4);
        constants.sort();
        files.sort();
        QCOMPARE(constants, files);
    }
};

QTEST_APPLESS_MAIN(LayeringTest)
#include "layering_test.moc"
