#pragma once
// The icon in the tray: green, amber or red, grey where nothing is known or all that is wrong is acknowledged; a notification when a rule is broken. Without a tray it does nothing.

#include "gui/models/health_picture.h"

#include <QMenu>
#include <QSystemTrayIcon>

namespace oo::gui {

class Tray : public QObject
{
    Q_OBJECT

public:
    explicit Tray(QObject *parent = nullptr);

    void watch(HealthPicture *picture, const QString &profile); // null: none; it is told before the picture goes
    static QIcon icon(Tone tone);                               // also the window's
    Tone shownTone() const { return m_tone; }

Q_SIGNALS:
    void windowWanted();

private:
    void tell();

    HealthPicture *m_picture = nullptr;
    QString m_profile;
    Tone m_tone = Tone::Muted;
    QSystemTrayIcon m_icon;
    QMenu m_menu;
    QAction *m_acknowledge, *m_snooze;
};

} // namespace oo::gui
