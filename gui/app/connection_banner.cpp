#include "gui/app/connection_banner.h"

#include "gui/models/time_text.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace oo::gui {

namespace {

constexpr qint64 kFreshMs = 3000; // health comes every second

// The profile's; of a service in production without one, red all the same: nobody is there by mistake.
QColor groundOf(const AdminClient *client)
{
    if (!client)
        return {};
    if (!client->profile().colour.isEmpty())
        return QColor(client->profile().colour);
    return client->service() && client->service()->environment == "production" ? QColor(QLatin1StringView(kProductionColour)) : QColor();
}

} // namespace

ConnectionBanner::ConnectionBanner(QWidget *parent)
    : QFrame(parent), m_name(new QLabel(this)), m_state(new QLabel(this)), m_role(new QLabel(this)), m_tryNow(new QPushButton(tr("Try no&w"), this)),
      m_connections(new QPushButton(tr("Co&nnections"), this))
{
    auto font = m_name->font();
    font.setBold(true);
    m_name->setFont(font);
    for (auto *label : {m_name, m_state, m_role})
        label->setTextFormat(Qt::PlainText);
    m_state->setObjectName(QStringLiteral("state"));
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(16);
    row->addWidget(m_name);
    row->addWidget(m_state, 1);
    row->addWidget(m_tryNow);
    row->addWidget(m_role);
    row->addWidget(m_connections);
    connect(m_connections, &QPushButton::clicked, this, &ConnectionBanner::connectionsWanted);
    connect(m_tryNow, &QPushButton::clicked, this, [this] { m_client->start(); });
    connect(&m_tick, &QTimer::timeout, this, &ConnectionBanner::tell);
    tell();
}

void ConnectionBanner::watch(AdminClient *client)
{
    m_client = client;
    setVisible(client != nullptr);
    if (client) {
        connect(client, &AdminClient::stateChanged, this, &ConnectionBanner::tell);
        m_tick.start(1000);
    } else {
        m_tick.stop();
    }
    tell();
}

QString ConnectionBanner::stateText() const
{
    return m_state->text();
}

void ConnectionBanner::tell()
{
    if (!m_client)
        return;
    const auto &profile = m_client->profile();
    const auto age = m_client->pictureAgeMs();
    const auto old = age ? tr(" · the picture is %1 old").arg(TimeText::duration(*age)) : QString();
    const auto state = [&]() -> QString {
        switch (m_client->state()) {
        case LinkState::Live: return age.value_or(0) > kFreshMs ? tr("Connected, but silent") + old : tr("Live");
        case LinkState::Connecting: return tr("Connecting…") + old;
        case LinkState::Waiting: return tr("%1 Trying again in %2").arg(m_client->error()->message, TimeText::duration(m_client->nextTryInMs())) + old;
        case LinkState::Refused: return m_client->error()->message + old;
        default: return {};
        }
    }();
    m_tryNow->setVisible(m_client->state() == LinkState::Waiting || m_client->state() == LinkState::Refused);
    m_name->setText(profile.name.isEmpty() ? profile.url.authority() : profile.name);
    m_name->setToolTip(profile.url.toString());
    m_state->setText(state);
    m_state->setAccessibleName(tr("Connection: %1").arg(state));
    QStringList role;
    if (const auto &service = m_client->service())
        role << QString::fromUtf8(service->environment) << tr("%1 (%2)").arg(QString::fromUtf8(service->caller.name), QString::fromUtf8(service->caller.role));
    if (profile.readOnly)
        role << tr("READ-ONLY");
    m_role->setText(role.join(QStringLiteral(" · ")));
    // On a colour of its own the text is black or white; elsewhere it follows the theme.
    const auto ground = groundOf(m_client);
    const bool isLive = m_client->state() == LinkState::Live && age.value_or(0) <= kFreshMs;
    for (auto *label : {m_name, m_state, m_role}) {
        auto colours = palette();
        if (ground.isValid())
            colours.setColor(QPalette::WindowText, textOn(ground));
        else if (label == m_state)
            colours.setColor(QPalette::WindowText, toneColour(isLive ? Tone::Good : Tone::Warning, colours));
        label->setPalette(colours);
    }
    update();
}

void ConnectionBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto ground = groundOf(m_client);
    painter.fillRect(rect(), ground.isValid() ? ground : toneBackground(Tone::Plain, palette()));
}

} // namespace oo::gui
