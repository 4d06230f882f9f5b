#include "gui/app/tray.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>

namespace oo::gui {

namespace {

constexpr int kIconSize = 64;
constexpr int kSnoozeMinutes = 60;

QColor colourOf(Tone tone)
{
    switch (tone) {
    case Tone::Good: return QColor(0x2e, 0x9d, 0x57);
    case Tone::Warning: return QColor(0xe6, 0xa1, 0x00);
    case Tone::Bad: return QColor(0xd0, 0x32, 0x28);
    default: return QColor(0x7a, 0x82, 0x8e);
    }
}

} // namespace

// A parcel whose tape has the colour.
QIcon Tray::icon(Tone tone)
{
    QPixmap pixmap(kIconSize, kIconSize);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QPainterPath parcel;
    parcel.addRoundedRect(6, 12, 52, 44, 6, 6);
    painter.fillPath(parcel, QColor(0x3a, 0x4a, 0x63));
    painter.setClipPath(parcel);
    painter.fillRect(6, 24, 52, 4, QColor(0x2b, 0x38, 0x4d));
    painter.fillRect(26, 12, 12, 44, colourOf(tone));
    return QIcon(pixmap);
}

Tray::Tray(QObject *parent) : QObject(parent)
{
    connect(m_menu.addAction(tr("&Open the console")), &QAction::triggered, this, &Tray::windowWanted);
    m_acknowledge = m_menu.addAction(tr("&Acknowledge the warnings"));
    m_snooze = m_menu.addAction(tr("&Snooze for an hour"));
    m_menu.addSeparator();
    connect(m_menu.addAction(tr("&Quit")), &QAction::triggered, qApp, &QApplication::quit);
    connect(m_acknowledge, &QAction::triggered, this, [this] {
        if (m_picture)
            m_picture->acknowledge();
    });
    connect(m_snooze, &QAction::triggered, this, [this] {
        if (m_picture)
            m_picture->snooze(kSnoozeMinutes);
    });
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger)
            Q_EMIT windowWanted();
    });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::windowWanted);
    tell();
}

void Tray::watch(HealthPicture *picture, const QString &profile)
{
    m_picture = picture;
    m_profile = profile;
    if (picture) {
        connect(picture, &HealthPicture::changed, this, &Tray::tell);
        connect(picture, &HealthPicture::ruleBroken, this, [this](const Warning &warning) {
            if (QSystemTrayIcon::isSystemTrayAvailable())
                m_icon.showMessage(m_profile, warning.text, QSystemTrayIcon::Critical);
        });
        m_icon.setVisible(QSystemTrayIcon::isSystemTrayAvailable());
    } else {
        m_icon.hide();
    }
    tell();
}

void Tray::tell()
{
    const auto open = m_picture ? m_picture->unacknowledged() : QList<Warning>();
    const bool isGood = m_picture && m_picture->isWhole() && m_picture->warnings().isEmpty(); // not where they are but acknowledged or snoozed
    const auto tone = !open.isEmpty() ? open.front().tone : isGood ? Tone::Good : Tone::Muted;
    QStringList texts{m_profile};
    for (const auto &warning : open)
        texts << warning.text;
    m_acknowledge->setEnabled(!open.isEmpty());
    m_snooze->setEnabled(m_picture != nullptr);
    if (const auto tip = texts.join(QLatin1Char('\n')); tip != m_icon.toolTip()) // it goes over a bus
        m_icon.setToolTip(tip);
    if (std::exchange(m_tone, tone) != tone || m_icon.icon().isNull())
        m_icon.setIcon(icon(tone));
}

} // namespace oo::gui
