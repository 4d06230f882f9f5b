#pragma once
// What a proof run leaves behind: report.json for programs, report.html for people, a summary for the terminal.

#include "service/proof/proof_run.h"

#include <QJsonObject>

namespace oo::proof {

struct BuildFacts
{
    QByteArray version, commit;
};

QJsonObject reportJson(const Proof &proof, const BuildFacts &build);
QByteArray reportHtml(const Proof &proof, const BuildFacts &build);
QString summaryText(const Proof &proof);

// Both files into the folder of the run.
Status writeReport(const Proof &proof, const BuildFacts &build);

// What came of the kills at one point.
struct PointRow
{
    QString name; // of the point or fault
    QString meaning;
    qsizetype times = 0;
    std::vector<qint64> readyMs; // from the kill to the next start's readiness
    std::vector<qint64> acknowledgedMs; // from the kill, or the fault's end, to the next acknowledgement
    qsizetype lost = 0, bookedTwice = 0, diverged = 0; // in the rounds in which it happened
};
// Over all rounds.
std::vector<qint64> movedOverMs(const Proof &proof);
std::vector<qint64> webhooksWaitedMs(const Proof &proof);
std::vector<PointRow> pointRows(const Proof &proof); // every point in its order, then from outside, then the faults

} // namespace oo::proof
