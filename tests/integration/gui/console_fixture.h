#pragma once
// A console of its own folder, and the story that its tests tell a service.

#include "gui/app/connection_banner.h"
#include "gui/app/main_window.h"
#include "gui/client/profile.h"
#include "gui/pages/connection_page.h"
#include "service/domain/signature.h"
#include "tests/support/samples.h"
#include "tests/support/service_process.h"

#include <QApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

namespace oo::test {

struct Console
{
    Console() { window.show(); }

    void connectTo(const ServiceProcess &service, const QByteArray &token, bool readOnly = false)
    {
        gui::Profile profile;
        profile.name = QStringLiteral("test");
        profile.url = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(service.adminPort()));
        profile.timeZone = "UTC";
        profile.readOnly = readOnly;
        window.connectTo(profile, token);
    }
    bool waitUntilLive() { return QTest::qWaitFor([&] { return !window.pages().isEmpty(); }, 20000); }

    QTemporaryDir folder;
    gui::ProfileStore store{folder.path()};
    gui::MainWindow window{store};
};

inline QByteArray createToken(const ServiceProcess &service, const char *name, const char *role)
{
    return service.run({QStringLiteral("token"), QStringLiteral("create"), QLatin1StringView(name), QStringLiteral("--role"), QLatin1StringView(role)}).trimmed();
}

// Types the reason into the dialog that is open, and presses its button by Enter.
inline void giveReason(const QString &reason, const QString &other = {})
{
    QWidget *dialog = nullptr;
    QTRY_VERIFY((dialog = QApplication::activeModalWidget()) != nullptr);
    if (!other.isEmpty())
        QTest::keyClicks(dialog->findChild<QLineEdit *>(QStringLiteral("other")), other);
    QTest::keyClicks(dialog->findChild<QLineEdit *>(QStringLiteral("reason")), reason);
    QTest::keyClick(dialog, Qt::Key_Return);
}

// The button whose text, without its mnemonic, begins so.
inline QPushButton *buttonOf(QWidget *page, const QString &text)
{
    for (auto *found : page->findChildren<QPushButton *>()) {
        if (found->text().remove(QLatin1Char('&')).startsWith(text))
            return found;
    }
    return nullptr;
}

// An order's webhook, signed; the status of the answer.
inline int sendOrder(const ServiceProcess &service, qint64 id, const char *topic, const char *financialStatus, const QByteArray &delivery)
{
    const QByteArray number = QByteArray::number(id);
    const QByteArray body = "{\"id\":" + number + ",\"name\":\"#" + number + "\",\"updated_at\":\"2026-04-06T10:00:00Z\",\"currency\":\"EUR\",\"total_price\":\"19.90\","
                            "\"financial_status\":\"" + financialStatus + "\",\"customer\":{\"first_name\":\"Ada\",\"email\":\"ada@example.com\"}}";
    return service.send("POST", "/webhooks/shopify", body, {{"X-Shopify-Topic", topic}, {"X-Shopify-Shop-Domain", "s.myshopify.com"},
                                                            {"X-Shopify-Webhook-Id", delivery}, {"X-Shopify-Hmac-Sha256", signBody(kSampleSecret, body)}}).status;
}

} // namespace oo::test
