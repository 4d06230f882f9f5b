#pragma once
// Which service to talk to: profiles, their settings, a test of the connection.

#include "gui/client/admin_client.h"
#include "gui/client/profile.h"
#include "gui/models/roles.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace oo::gui {

class NoticeBar;

class ConnectionPage : public QWidget
{
    Q_OBJECT

public:
    explicit ConnectionPage(ProfileStore &store, QWidget *parent = nullptr);

    void edit(const Profile &profile, const QByteArray &token); // shown in the form, selected if it is kept
    void tell(const ApiError &error, qint64 nextTryInMs);       // why it is not connected
    void tell(Tone tone, const QString &text);                  // what else there is to say
    void tellConnecting(const Profile &profile);
    QString told() const;

    Profile profile() const; // as the form has it
    QByteArray token() const;

Q_SIGNALS:
    void connectWanted(const oo::gui::Profile &profile, const QByteArray &token);

private:
    QWidget *makeList();
    QWidget *makeForm();
    void listProfiles();
    void choose(const QString &name);
    QString problem() const; // of the form; empty: none
    bool isFit();
    QString keep(); // what the form holds; what went wrong, or empty
    void save();
    void remove();
    void test();
    void connectNow();
    void warnOfPlainText();

    ProfileStore &m_store;
    std::unique_ptr<AdminClient> m_probe;
    QListWidget *m_list;
    QLineEdit *m_name, *m_url, *m_token, *m_certificate;
    QCheckBox *m_keepToken, *m_readOnly;
    QComboBox *m_colour, *m_zone;
    QPushButton *m_connect;
    NoticeBar *m_notice;
};

// A heading and what may be done, for each kind of trouble.
QString troubleText(const ApiError &error);

} // namespace oo::gui
