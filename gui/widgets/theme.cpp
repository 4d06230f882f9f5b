#include "gui/widgets/theme.h"

#include <QApplication>
#include <QProxyStyle>
#include <QStyleOption>

#include <optional>

namespace oo::gui {

namespace {

constexpr int kHeaderMargin = 6; // with what Fusion has, that of TableView's cells
constexpr QRgb kOutlineSource = 0x6b7482;

// Fusion draws outlines in a darker shade of the window: in the dark, where that cannot be seen, they are drawn by another colour.
class VisibleOutlines
{
public:
    explicit VisibleOutlines(const QStyleOption *option) : m_option(const_cast<QStyleOption *>(option)), m_palette(option->palette)
    {
        if (isDark(m_palette))
            m_option->palette.setColor(QPalette::Window, QColor(kOutlineSource));
    }
    ~VisibleOutlines() { m_option->palette = m_palette; }
    Q_DISABLE_COPY_MOVE(VisibleOutlines)

private:
    QStyleOption *m_option;
    QPalette m_palette;
};

class Style : public QProxyStyle
{
public:
    Style() : QProxyStyle(QStringLiteral("Fusion")) {}
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override
    {
        const auto *header = element == CE_HeaderLabel ? qstyleoption_cast<const QStyleOptionHeader *>(option) : nullptr;
        if (!header)
            return QProxyStyle::drawControl(element, option, painter, widget);
        QStyleOptionHeader moved(*header);
        moved.rect.adjust(kHeaderMargin, 0, 0, 0);
        QProxyStyle::drawControl(element, &moved, painter, widget);
    }
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const override
    {
        std::optional<VisibleOutlines> outlines;
        if (element == PE_FrameLineEdit || element == PE_IndicatorCheckBox)
            outlines.emplace(option);
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const override
    {
        std::optional<VisibleOutlines> outlines;
        if (control == CC_SpinBox || control == CC_ComboBox)
            outlines.emplace(option);
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
};

QPalette systemPalette;

QPalette lightPalette()
{
    QPalette palette(QColor(0xf3f4f6));
    palette.setColor(QPalette::Window, QColor(0xf3f4f6));
    palette.setColor(QPalette::WindowText, QColor(0x1b1f24));
    palette.setColor(QPalette::Base, QColor(0xffffff));
    palette.setColor(QPalette::AlternateBase, QColor(0xf7f8fa));
    palette.setColor(QPalette::Text, QColor(0x1b1f24));
    palette.setColor(QPalette::Button, QColor(0xe9ebef));
    palette.setColor(QPalette::ButtonText, QColor(0x1b1f24));
    palette.setColor(QPalette::ToolTipBase, QColor(0xffffff));
    palette.setColor(QPalette::ToolTipText, QColor(0x1b1f24));
    palette.setColor(QPalette::Highlight, QColor(0x1f5fbf));
    palette.setColor(QPalette::HighlightedText, QColor(0xffffff));
    palette.setColor(QPalette::Link, QColor(0x1f5fbf));
    palette.setColor(QPalette::PlaceholderText, QColor(0x6a7280));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(0x8b93a0));
    return palette;
}

QPalette darkPalette()
{
    QPalette palette(QColor(0x23272e));
    palette.setColor(QPalette::Window, QColor(0x1d2025));
    palette.setColor(QPalette::WindowText, QColor(0xe6e8eb));
    palette.setColor(QPalette::Base, QColor(0x15181c));
    palette.setColor(QPalette::AlternateBase, QColor(0x1a1d22));
    palette.setColor(QPalette::Text, QColor(0xe6e8eb));
    palette.setColor(QPalette::Button, QColor(0x2a2f37));
    palette.setColor(QPalette::ButtonText, QColor(0xe6e8eb));
    palette.setColor(QPalette::ToolTipBase, QColor(0x2a2f37));
    palette.setColor(QPalette::ToolTipText, QColor(0xe6e8eb));
    palette.setColor(QPalette::Highlight, QColor(0x2f6fd0));
    palette.setColor(QPalette::HighlightedText, QColor(0xffffff));
    palette.setColor(QPalette::Link, QColor(0x7ab0ff));
    palette.setColor(QPalette::PlaceholderText, QColor(0x8b93a0));
    palette.setColor(QPalette::Light, QColor(0x353b45));
    palette.setColor(QPalette::Midlight, QColor(0x2f343d));
    palette.setColor(QPalette::Mid, QColor(0x14161a));
    palette.setColor(QPalette::Dark, QColor(0x101215));
    palette.setColor(QPalette::Shadow, QColor(0x08090b));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(0x6a7280));
    return palette;
}

struct ToneColours
{
    QRgb onLight, onDark, behindLight, behindDark;
};
constexpr ToneColours kTones[] = {
    {0x1b1f24, 0xe6e8eb, 0xe9ebef, 0x2a2f37}, // Plain
    {0x1a7437, 0x5fd38a, 0xdcf3e3, 0x153622}, // Good
    {0x1f5fbf, 0x7ab0ff, 0xdfeafb, 0x16294a}, // Busy
    {0x8a5300, 0xf2b84b, 0xfdf0d5, 0x3d2e0d}, // Warning
    {0xb3261e, 0xff8a80, 0xfde3e1, 0x45191a}, // Bad
    {0x5c6470, 0x9aa3b0, 0xeceef1, 0x24282f}, // Muted
};

} // namespace

void initTheme()
{
    systemPalette = QApplication::palette();
    QApplication::setStyle(new Style);
}

void applyTheme(ThemeChoice choice)
{
    const bool dark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && isDark(systemPalette));
    QApplication::setPalette(dark ? darkPalette() : lightPalette());
}

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128;
}

QColor toneColour(Tone tone, const QPalette &palette)
{
    const auto &colours = kTones[static_cast<int>(tone)];
    return isDark(palette) ? QColor(colours.onDark) : QColor(colours.onLight);
}

QColor toneBackground(Tone tone, const QPalette &palette)
{
    const auto &colours = kTones[static_cast<int>(tone)];
    return isDark(palette) ? QColor(colours.behindDark) : QColor(colours.behindLight);
}

QColor textOn(const QColor &background)
{
    const double brightness = 0.299 * background.red() + 0.587 * background.green() + 0.114 * background.blue();
    return brightness > 150 ? QColor(Qt::black) : QColor(Qt::white);
}

} // namespace oo::gui
