#include "gui/pages/connection_page.h"

#include "gui/models/time_text.h"
#include "gui/widgets/notice_bar.h"
#include "gui/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QFormLayout>
#include <QHostAddress>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace oo::gui {

namespace {

struct Colour
{
    const char *code;
    const char *name;
};
constexpr Colour kColours[] = {
    {"", QT_TRANSLATE_NOOP("ConnectionPage", "None")},
    {"#2e7d32", QT_TRANSLATE_NOOP("ConnectionPage", "Green, for trials")},
    {"#1565c0", QT_TRANSLATE_NOOP("ConnectionPage", "Blue, for staging")},
    {"#e6a100", QT_TRANSLATE_NOOP("ConnectionPage", "Amber, for care")},
    {kProductionColour, QT_TRANSLATE_NOOP("ConnectionPage", "Red, for production")},
};

QIcon swatch(const QColor &colour)
{
    QPixmap pixmap(16, 16);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colour);
    painter.setPen(Qt::NoPen);
    painter.drawEllipse(2, 2, 12, 12);
    return pixmap;
}

bool isLoopback(const QString &host)
{
    return host == QLatin1StringView("localhost") || QHostAddress(host).isLoopback();
}

} // namespace

QString troubleText(const ApiError &error)
{
    using Kind = ApiError::Kind;
    const auto heading = [&] {
        switch (error.kind) {
        case Kind::Unreachable: return ConnectionPage::tr("The service cannot be reached.");
        case Kind::Certificate: return ConnectionPage::tr("The certificate is wrong.");
        case Kind::NotOurs: return ConnectionPage::tr("This is not an orders service.");
        case Kind::OlderService: return ConnectionPage::tr("The service is too old for this console.");
        case Kind::NewerService: return ConnectionPage::tr("The service is too new for this console.");
        case Kind::WrongToken: return ConnectionPage::tr("The token is wrong or was revoked.");
        case Kind::Unavailable: return ConnectionPage::tr("The service is there, but its database is not.");
        default: return ConnectionPage::tr("The service refuses this console.");
        }
    }();
    return heading + QLatin1Char(' ') + error.message;
}

ConnectionPage::ConnectionPage(ProfileStore &store, QWidget *parent)
    : QWidget(parent), m_store(store), m_list(new QListWidget(this)), m_name(new QLineEdit(this)), m_url(new QLineEdit(this)), m_token(new QLineEdit(this)),
      m_certificate(new QLineEdit(this)), m_keepToken(new QCheckBox(tr("&Keep the token in a file that only this user can read"), this)),
      m_readOnly(new QCheckBox(tr("&Read-only: look at everything, change nothing"), this)), m_colour(new QComboBox(this)), m_zone(new QComboBox(this)),
      m_connect(new QPushButton(tr("Conn&ect"), this)), m_notice(new NoticeBar(this))
{
    auto *columns = new QHBoxLayout;
    columns->addWidget(makeList(), 1);
    columns->addWidget(makeForm(), 2);
    columns->addStretch(1);
    auto *heading = new QLabel(tr("Connect to a service"), this);
    auto font = heading->font();
    font.setPointSizeF(font.pointSizeF() * 1.5);
    heading->setFont(font);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 24);
    column->setSpacing(12);
    column->addWidget(heading);
    column->addWidget(m_notice);
    column->addLayout(columns, 1);
    listProfiles();
    choose(m_store.lastUsed());
}

QWidget *ConnectionPage::makeList()
{
    auto *side = new QWidget(this);
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    auto *label = new QLabel(tr("Serv&ices"), side);
    label->setBuddy(m_list);
    m_list->setAccessibleName(tr("Known services"));
    m_list->setMaximumWidth(280);
    auto *add = new QPushButton(tr("Ne&w"), side);
    auto *drop = new QPushButton(tr("De&lete"), side);
    auto *row = new QHBoxLayout;
    row->addWidget(add);
    row->addWidget(drop);
    row->addStretch(1);
    column->addWidget(label);
    column->addWidget(m_list, 1);
    column->addLayout(row);
    connect(add, &QPushButton::clicked, this, [this] {
        m_list->setCurrentRow(-1);
        edit({{}, QUrl(QStringLiteral("http://127.0.0.1:4001"))}, {});
        m_name->setFocus();
    });
    connect(drop, &QPushButton::clicked, this, &ConnectionPage::remove);
    connect(m_list, &QListWidget::currentTextChanged, this, &ConnectionPage::choose);
    connect(m_list, &QListWidget::itemActivated, this, &ConnectionPage::connectNow);
    return side;
}

QWidget *ConnectionPage::makeForm()
{
    auto *side = new QWidget(this);
    side->setMaximumWidth(640);
    m_name->setObjectName(QStringLiteral("name"));
    m_url->setObjectName(QStringLiteral("url"));
    m_token->setObjectName(QStringLiteral("token"));
    m_url->setPlaceholderText(QStringLiteral("http://127.0.0.1:4001"));
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setPlaceholderText(tr("orchestratord token create NAME --role operator"));
    m_certificate->setPlaceholderText(tr("The system's authorities"));
    for (const auto &colour : kColours)
        m_colour->addItem(*colour.code ? swatch(QColor(QLatin1StringView(colour.code))) : QIcon(), tr(colour.name), QString::fromLatin1(colour.code));
    m_zone->setEditable(true);
    m_zone->setInsertPolicy(QComboBox::NoInsert);
    m_zone->addItem(tr("The system's (%1)").arg(QString::fromLatin1(QTimeZone::systemTimeZoneId())), QByteArray());
    m_zone->addItem(QStringLiteral("UTC"), QByteArray("UTC"));
    for (const auto &id : QTimeZone::availableTimeZoneIds()) {
        if (id.contains('/'))
            m_zone->addItem(QString::fromLatin1(id), id);
    }
    m_zone->completer()->setFilterMode(Qt::MatchContains);
    m_zone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    auto *browse = new QPushButton(tr("&Browse…"), side);
    auto *certificate = new QHBoxLayout;
    certificate->setSpacing(6);
    certificate->addWidget(m_certificate, 1);
    certificate->addWidget(browse);
    auto *form = new QFormLayout(side);
    form->setContentsMargins(0, 0, 0, 0);
    form->setVerticalSpacing(10);
    form->addRow(tr("N&ame"), m_name);
    form->addRow(tr("A&ddress"), m_url);
    form->addRow(tr("T&oken"), m_token);
    form->addRow(QString(), m_keepToken);
    auto *certificateLabel = new QLabel(tr("Certificate &file"), side);
    certificateLabel->setBuddy(m_certificate);
    form->addRow(certificateLabel, certificate);
    form->addRow(tr("Colo&ur"), m_colour);
    form->addRow(tr("Time &zone"), m_zone);
    form->addRow(QString(), m_readOnly);
    auto *test = new QPushButton(tr("&Test"), side);
    auto *keep = new QPushButton(tr("&Save"), side);
    m_connect->setDefault(true);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(m_connect);
    buttons->addWidget(test);
    buttons->addWidget(keep);
    buttons->addStretch(1);
    form->addRow(QString(), buttons);
    connect(browse, &QPushButton::clicked, this, [this] {
        auto *dialog = new QFileDialog(this, tr("Certificate of the authority"), {}, tr("PEM (*.pem *.crt)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, m_certificate, &QLineEdit::setText);
        dialog->open();
    });
    connect(test, &QPushButton::clicked, this, &ConnectionPage::test);
    connect(keep, &QPushButton::clicked, this, &ConnectionPage::save);
    connect(m_connect, &QPushButton::clicked, this, &ConnectionPage::connectNow);
    for (auto *line : {m_name, m_url, m_token, m_certificate})
        connect(line, &QLineEdit::returnPressed, this, &ConnectionPage::connectNow);
    connect(m_url, &QLineEdit::editingFinished, this, &ConnectionPage::warnOfPlainText);
    return side;
}

void ConnectionPage::listProfiles()
{
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    for (const auto &profile : m_store.profiles())
        m_list->addItem(new QListWidgetItem(profile.colour.isEmpty() ? QIcon() : swatch(QColor(profile.colour)), profile.name));
}

void ConnectionPage::choose(const QString &name)
{
    const auto profile = m_store.find(name);
    edit(profile.value_or(Profile{{}, QUrl(QStringLiteral("http://127.0.0.1:4001"))}), profile ? m_store.token(name) : QByteArray());
}

void ConnectionPage::edit(const Profile &profile, const QByteArray &token)
{
    const auto items = m_list->findItems(profile.name, Qt::MatchExactly);
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentItem(items.value(0));
    m_name->setText(profile.name);
    m_url->setText(profile.url.toString());
    m_token->setText(QString::fromUtf8(token));
    m_certificate->setText(profile.certificateFile);
    m_keepToken->setChecked(profile.keepsToken);
    m_readOnly->setChecked(profile.readOnly);
    m_colour->setCurrentIndex(std::max(0, m_colour->findData(profile.colour)));
    m_zone->setCurrentIndex(std::max(0, m_zone->findData(profile.timeZone)));
    m_notice->clear();
}

Profile ConnectionPage::profile() const
{
    Profile profile;
    profile.name = m_name->text().trimmed();
    profile.url = QUrl(m_url->text().trimmed(), QUrl::StrictMode);
    profile.colour = m_colour->currentData().toString();
    profile.readOnly = m_readOnly->isChecked();
    const int zone = m_zone->findText(m_zone->currentText());
    profile.timeZone = zone >= 0 ? m_zone->itemData(zone).toByteArray() : QByteArray();
    profile.certificateFile = m_certificate->text().trimmed();
    profile.keepsToken = m_keepToken->isChecked();
    return profile;
}

QByteArray ConnectionPage::token() const
{
    return m_token->text().trimmed().toUtf8();
}

QString ConnectionPage::problem() const
{
    if (m_zone->findText(m_zone->currentText()) < 0) // else the system's would stand for it
        return tr("\"%1\" is no time zone that is known here: choose one of the list.").arg(m_zone->currentText());
    return problemOf(profile());
}

bool ConnectionPage::isFit()
{
    const auto wrong = problem();
    if (!wrong.isEmpty())
        m_notice->tell(Tone::Bad, wrong);
    else if (token().isEmpty())
        m_notice->tell(Tone::Bad, tr("Give the token: `orchestratord token create NAME --role viewer|operator` prints one."));
    return wrong.isEmpty() && !token().isEmpty();
}

void ConnectionPage::warnOfPlainText()
{
    const auto url = profile().url;
    if (url.scheme() == QLatin1StringView("http") && !url.host().isEmpty() && !isLoopback(url.host()))
        m_notice->tell(Tone::Warning, tr("To %1 the token goes unencrypted: use https, or a tunnel to 127.0.0.1.").arg(url.host()));
}

QString ConnectionPage::keep()
{
    const auto kept = profile();
    auto notKept = m_store.save(kept);
    if (notKept.isEmpty() && kept.keepsToken && !token().isEmpty())
        notKept = m_store.keepToken(kept.name, token());
    listProfiles();
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentItem(m_list->findItems(kept.name, Qt::MatchExactly).value(0));
    return notKept;
}

void ConnectionPage::save()
{
    const auto kept = profile();
    if (const auto wrong = problem(); !wrong.isEmpty())
        return m_notice->tell(Tone::Bad, wrong);
    const auto notKept = keep();
    if (notKept.isEmpty())
        m_notice->tell(Tone::Good, kept.keepsToken ? tr("Saved, with its token.") : tr("Saved. The token is asked for each time."));
    else
        m_notice->tell(Tone::Bad, notKept);
}

void ConnectionPage::remove()
{
    if (!m_list->currentItem())
        return;
    const auto name = m_list->currentItem()->text();
    auto *question = new QMessageBox(QMessageBox::Warning, tr("Delete a connection"), tr("The connection %1 and its token are forgotten. The token cannot be shown again.").arg(name),
                                     QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setDefaultButton(QMessageBox::Cancel);
    auto *go = question->addButton(tr("Delete %1").arg(QString(name).replace(QLatin1Char('&'), QLatin1StringView("&&"))), QMessageBox::DestructiveRole);
    go->setObjectName(QStringLiteral("go"));
    connect(go, &QAbstractButton::clicked, this, [this, name] {
        m_store.remove(name);
        listProfiles();
        choose({});
        m_notice->tell(Tone::Plain, tr("%1 and its token are forgotten.").arg(name));
    });
    question->open();
}

void ConnectionPage::test()
{
    if (!isFit())
        return;
    m_notice->tell(Tone::Busy, tr("Asking %1…").arg(profile().url.authority()));
    m_probe = std::make_unique<AdminClient>(profile(), token());
    m_probe->probe(m_probe.get(), [this](const ApiAnswer<ServiceStatus> &answer) {
        if (!answer)
            return m_notice->tell(Tone::Bad, troubleText(answer.error()));
        m_notice->tell(Tone::Good, tr("It answers: version %1, environment %2. The token is %3's, who is %4.")
                                       .arg(QString::fromUtf8(answer->version), QString::fromUtf8(answer->environment), QString::fromUtf8(answer->caller.name),
                                            answer->caller.role == bytesOf(ApiRole::Operator) ? tr("an operator") : tr("a viewer")));
    });
}

void ConnectionPage::connectNow()
{
    if (!isFit())
        return;
    if (const auto notKept = m_keepToken->isChecked() ? keep() : QString(); !notKept.isEmpty())
        return m_notice->tell(Tone::Bad, notKept + QLatin1Char(' ') + tr("To connect without keeping the token, take the tick away."));
    Q_EMIT connectWanted(profile(), token());
}

void ConnectionPage::tellConnecting(const Profile &profile)
{
    m_notice->tell(Tone::Busy, tr("Connecting to %1…").arg(profile.url.authority()));
}

void ConnectionPage::tell(const ApiError &error, qint64 nextTryInMs)
{
    const auto again = nextTryInMs > 0 ? QLatin1Char(' ') + tr("It is tried again in %1.").arg(TimeText::duration(nextTryInMs)) : QString();
    m_notice->tell(Tone::Bad, troubleText(error) + again);
}

void ConnectionPage::tell(Tone tone, const QString &text)
{
    m_notice->tell(tone, text);
}

QString ConnectionPage::told() const
{
    return m_notice->text();
}

} // namespace oo::gui
