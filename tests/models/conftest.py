"""Detectors of a few hundred kilobytes, built and saved by the libraries that real ones come from."""

import numpy as np
import pytest
from PIL import Image

NAMES = {0: "person", 1: "car", 2: "sheep"}


def _detr(transformers, folder):
    backbone = transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[8] * 4, depths=[1] * 4, layer_type="basic", out_features=["stage4"]
    )
    sizes = {f"{part}_{what}": n for part in ("encoder", "decoder") for what, n in _LAYERS}
    config = transformers.DetrConfig(
        backbone_config=backbone,
        use_timm_backbone=False,
        d_model=16,
        num_queries=5,
        id2label={0: "N/A", 1: "person", 2: "car", 3: "person", 4: "sheep"},
        **sizes,
    )
    transformers.DetrForObjectDetection(config).save_pretrained(folder)
    transformers.DetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 128}).save_pretrained(folder)


_LAYERS = (("layers", 1), ("attention_heads", 2), ("ffn_dim", 16))


def _rtdetr(transformers, folder):
    backbone = transformers.RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8] * 4,
        depths=[1] * 4,
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = transformers.RTDetrV2Config(
        backbone_config=backbone,
        encoder_hidden_dim=16,
        encoder_in_channels=[8] * 3,
        encoder_ffn_dim=16,
        encoder_attention_heads=2,
        d_model=16,
        num_queries=8,
        decoder_in_channels=[16] * 3,
        decoder_ffn_dim=16,
        decoder_layers=2,
        decoder_attention_heads=2,
        decoder_n_points=2,
        encoder_layers=1,
        num_feature_levels=3,
        id2label=NAMES,
        anchor_image_size=None,
    )
    transformers.RTDetrV2ForObjectDetection(config).save_pretrained(folder)
    transformers.RTDetrImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)


def _yolos(transformers, folder):
    config = transformers.YolosConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=[64, 96],
        patch_size=16,
        num_detection_tokens=4,
        id2label=NAMES,
    )
    transformers.YolosForObjectDetection(config).save_pretrained(folder)
    transformers.YolosImageProcessor(size={"shortest_edge": 64, "longest_edge": 96}).save_pretrained(folder)


def _owlv2(transformers, folder):
    letters = [chr(n) for n in range(33, 127)]
    words = [*letters, *(one + "</w>" for one in letters), "<|startoftext|>", "<|endoftext|>"]
    tokens = transformers.CLIPTokenizer(vocab={w: n for n, w in enumerate(words)}, merges=[], model_max_length=40)
    both = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    ends = {f"{end}_token_id": getattr(tokens, f"{end}_token_id") for end in ("eos", "bos", "pad")}
    config = transformers.Owlv2Config(
        text_config={"vocab_size": len(tokens), "max_position_embeddings": 40, **both, **ends},
        vision_config={"image_size": 64, "patch_size": 16, **both},
        projection_dim=16,
    )
    network = transformers.Owlv2ForObjectDetection(config)
    network.class_head.logit_shift.bias.data[:] = 2  # else nothing reaches the floor,
    network.box_head.dense2.weight.data *= 0.01  # and boxes leave the places that they look at
    network.save_pretrained(folder)
    eyes = transformers.Owlv2ImageProcessor(size={"height": 64, "width": 64})
    transformers.Owlv2Processor(eyes, tokens).save_pretrained(folder)


def _rfdetr_masks(transformers, folder):
    backbone = {
        "model_type": "rf_detr_dinov2",
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 56,
        "patch_size": 14,
        "num_windows": 2,
        "out_features": ["stage1", "stage2"],
    }
    config = transformers.RfDetrConfig(
        backbone_config=backbone,
        d_model=16,
        decoder_ffn_dim=16,
        decoder_layers=1,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2,
        decoder_n_points=2,
        num_queries=6,
        group_detr=1,
        c2f_num_blocks=1,
        id2label=NAMES,
    )
    network = transformers.RfDetrForInstanceSegmentation(config)
    network.model.class_embed.bias.data[:] = 0  # else nothing reaches the floor
    network.save_pretrained(folder)
    transformers.RfDetrImageProcessor(size={"height": 56, "width": 56}).save_pretrained(folder)


def _classifier(transformers, folder):
    config = transformers.ViTConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=32,
        patch_size=8,
        id2label=NAMES,
    )
    transformers.ViTForImageClassification(config).save_pretrained(folder)
    transformers.ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)


BUILDERS = {
    "detr": _detr,
    "rtdetr": _rtdetr,
    "yolos": _yolos,
    "owlv2": _owlv2,
    "rfdetr-masks": _rfdetr_masks,
    "classifier": _classifier,
}


@pytest.fixture(scope="session")
def detectors(tmp_path_factory):
    """Give the folder of a tiny model of transformers by its name; it is built when first asked for."""
    transformers = pytest.importorskip("transformers")
    import torch

    home = tmp_path_factory.mktemp("detectors")

    def folder(name):
        place = home / name
        if not place.exists():
            torch.manual_seed(0)
            BUILDERS[name](transformers, place)
        return place

    return folder


@pytest.fixture(scope="session")
def scene(tmp_path_factory):
    """A picture of 160 x 120 pixels with structure in it, as PNG."""
    y, x = np.mgrid[0:120, 0:160]
    pixels = np.stack([x * 255 / 160, y * 255 / 120, 127 + 120 * np.sin(x / 7) * np.cos(y / 5)], -1).astype(np.uint8)
    path = tmp_path_factory.mktemp("scene") / "scene.png"
    Image.fromarray(pixels).save(path)
    return path
